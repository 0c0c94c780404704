import type { Check } from "./check.ts";
import { OWNER } from "./product.ts";

export const owner: Check = {
  id: "owner",
  guarantee: "everything of ours belongs to the owner, who can't log in",
  subjects: `
    with things as (
      select 'schema' as kind, name, nspowner as owner from schemas
      union all select case relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, name, relowner from relations
      union all select 'function', name, proowner from functions
      union all select 'sequence', format('%I.%I', s.name, c.relname), c.relowner
        from pg_class c join schemas s on s.oid = c.relnamespace where c.relkind = 'S'
      union all select 'type', t.oid::regtype::text, t.typowner
        from pg_type t join schemas s on s.oid = t.typnamespace where t.typrelid = 0 and t.typelem = 0)
    select name as object, kind || ' of ' || owner::regrole as found,
           case when owner <> '${OWNER}'::regrole then format('%s belongs to %s', name, owner::regrole) end as fault,
           case when owner <> '${OWNER}'::regrole then format('alter %s %s owner to ${OWNER};', kind, name) end as remedy
      from things
    union all
    select rolname, concat_ws(' ', case when rolcanlogin then 'can log in' else 'can''t log in' end, case when rolbypassrls then 'bypassrls' end, case when rolsuper then 'superuser' end),
           case when rolcanlogin then rolname || ' can log in' when rolsuper or rolbypassrls then rolname || ' is exempt from policies' end,
           case when rolcanlogin or rolsuper or rolbypassrls then format('alter role %I nologin nosuperuser nobypassrls;', rolname) end
      from pg_roles where rolname = '${OWNER}'`,
};

export const ownsNothing: Check = {
  id: "owns-nothing",
  guarantee: "a runtime role owns nothing, and neither does what it can reach",
  subjects: `
    select r.rolname as object, coalesce(string_agg(distinct d.classid::regclass || ' ' || pg_describe_object(d.classid, d.objid, d.objsubid), ', '), 'owns nothing') as found,
           case when count(d.objid) > 0 then r.rolname || ' owns ' || min(pg_describe_object(d.classid, d.objid, d.objsubid)) end as fault,
           case when count(d.objid) > 0 then format('reassign owned by %I to ${OWNER};', r.rolname) end as remedy
      from reachable_roles r
      left join pg_shdepend d on d.refobjid = r.oid and d.deptype = 'o' and d.refclassid = 'pg_authid'::regclass
       and d.dbid in (select 0::oid union all select oid from this_database)
     group by r.rolname`,
};

/** Something temporary of the caller's could stand where a function expects the real thing. */
export const makesNothing: Check = {
  id: "makes-nothing",
  guarantee: "a runtime role makes nothing, not even something temporary",
  subjects: `
    with rights as (
      select r.rolname, p.privilege || ' in the database' as what, has_database_privilege(r.oid, d.oid, p.privilege) as may,
             format('revoke %s on database … from %I, public;', p.privilege, r.rolname) as remedy
        from reachable_roles r, this_database d, (values ('create'), ('temporary')) as p (privilege)
      union all
      select r.rolname, 'create in ' || n.nspname, has_schema_privilege(r.oid, n.oid, 'create'),
             format('revoke create on schema %I from %I, public;', n.nspname, r.rolname)
        from reachable_roles r, pg_namespace n where n.nspname !~ '^pg_(temp|toast)')
    select rolname as object, coalesce(string_agg('may ' || what, ', ' order by what) filter (where may), 'makes nothing') as found,
           case when bool_or(may) then rolname || ' may ' || string_agg(what, ' and ' order by what) filter (where may) end as fault,
           string_agg(remedy, ' ' order by what) filter (where may) as remedy
      from rights group by rolname`,
};
