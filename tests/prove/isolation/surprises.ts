import { listed } from "./catalog.ts";
import type { Check } from "./check.ts";
import { EXTENSIONS, MASTER, SCHEMAS } from "./product.ts";

export const schemas: Check = {
  id: "schemas",
  guarantee: "nothing of ours lives outside of our schemas, apart from the ledger of migrations",
  subjects: `
    select n.nspname as object, 'schema' as found,
           case when n.nspname not in (${listed(SCHEMAS)}, 'public') then n.nspname || ' is a schema that this proof does not look into' end as fault,
           case when n.nspname not in (${listed(SCHEMAS)}, 'public') then format('drop schema %I cascade; -- or name it in SCHEMAS in tests/prove/isolation/product.ts', n.nspname) end as remedy
      from pg_namespace n where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    union all
    select format('public.%I', c.relname), 'in public',
           case when c.relname <> 'schema_migrations' then format('public.%I stands where no discipline holds', c.relname) end,
           case when c.relname <> 'schema_migrations' then format('alter table public.%I set schema app;', c.relname) end
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
       and not exists (select from pg_depend d join extensions e on e.oid = d.refobjid
                        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    union all
    select p.oid::regprocedure::text, 'in public', format('%s stands where no discipline holds', p.oid::regprocedure),
           format('alter function %s set schema app;', p.oid::regprocedure)
      from pg_proc p
     where p.pronamespace = 'public'::regnamespace
       and not exists (select from pg_depend d join extensions e on e.oid = d.refobjid
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`,
};

/** A domain's CHECK and an operator's function run inside of the statement that uses them; comparing an enum is not leakproof. */
export const types: Check = {
  id: "types",
  guarantee:
    "no type, operator, cast or text search object of ours stands where a built-in one is expected",
  subjects: `
    with found as (
      select t.oid::regtype::text as name, case t.typtype when 'd' then 'domain' when 'e' then 'enum' when 'r' then 'range' when 'm' then 'multirange' when 'c' then 'composite type' else 'base type' end as kind,
             'pg_type'::regclass as class, t.oid, 'type ' || t.oid::regtype as address
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        left join pg_class c on c.oid = t.typrelid
       where (n.nspname in (${listed(SCHEMAS)}) or n.nspname = 'public') and t.typelem = 0 and (c.oid is null or c.relkind = 'c')
      union all select o.oid::regoperator::text, 'operator', 'pg_operator'::regclass, o.oid, 'operator ' || o.oid::regoperator from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where n.nspname in (${listed(SCHEMAS)}, 'public')
      union all select c.collname::text, 'collation', 'pg_collation'::regclass, c.oid, format('collation %s', c.oid::regcollation) from pg_collation c join pg_namespace n on n.oid = c.collnamespace where n.nspname in (${listed(SCHEMAS)}, 'public')
      union all select c.cfgname::text, 'text search configuration', 'pg_ts_config'::regclass, c.oid, format('text search configuration %s', c.oid::regconfig) from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace where n.nspname in (${listed(SCHEMAS)}, 'public')
      union all select d.dictname::text, 'text search dictionary', 'pg_ts_dict'::regclass, d.oid, format('text search dictionary %s', d.oid::regdictionary) from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace where n.nspname in (${listed(SCHEMAS)}, 'public')
      union all select format('%s to %s', c.castsource::regtype, c.casttarget::regtype), 'cast', 'pg_cast'::regclass, c.oid, format('cast (%s as %s)', c.castsource::regtype, c.casttarget::regtype) from pg_cast c where c.oid >= 16384)
    select name as object, kind as found, format('%s is a %s of ours: what it does runs inside of the statement that uses it', name, kind) as fault,
           format('drop %s; -- and use text with a check, or bigint for money', address) as remedy
      from found f
     where not exists (select from pg_depend d join extensions e on e.oid = d.refobjid
                        where d.classid = f.class and d.objid = f.oid and d.deptype = 'e')`,
};

/** Each of these is a way out of the database, or code that runs as another role. */
export const surprises: Check = {
  id: "surprises",
  guarantee:
    "there is no extension, language, foreign server, publication, event trigger or large object that is not expected",
  subjects: `
    with found as (
      select 'extension' as kind, extname::text as name, extname in (${listed(EXTENSIONS)}) as known from pg_extension
      union all select 'language', lanname, lanname in ('internal', 'c', 'sql', 'plpgsql') from pg_language
      union all select 'foreign data wrapper', fdwname, false from pg_foreign_data_wrapper
      union all select 'server', srvname, false from pg_foreign_server
      union all select 'publication', pubname, false from pg_publication
      union all select 'event trigger', evtname, false from pg_event_trigger)
    select format('%s %s', kind, name) as object, case when known then 'known' else 'unknown' end as found,
           case when not known then format('%s %s is there, and is not expected', kind, name) end as fault,
           case when not known then format('drop %s %I;%s', kind, name, case kind when 'extension' then ' -- or name it in EXTENSIONS in tests/prove/isolation/product.ts' else '' end) end as remedy
      from found
    union all
    select 'large objects', format('%s, none granted', count(*) filter (where lomacl is null and lomowner = '${MASTER}'::regrole)),
           case when count(*) > 0 then 'there are large objects, which know no tenants' end,
           case when count(*) > 0 then 'select lo_unlink(oid) from pg_largeobject_metadata;' end
      from pg_largeobject_metadata`,
};
