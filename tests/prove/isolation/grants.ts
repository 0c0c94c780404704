import type { Check } from "./check.ts";

/** What each role may effectively do, whether granted to it, to PUBLIC, to a role it is in, or on single columns. */
export const grants: Check = {
  id: "grants",
  guarantee:
    "a runtime role reads and writes tenants' tables of its own schemas only: none truncates, refers or triggers, none changes the trail, none reads the signing keys",
  subjects: `
    with held as (
      select r.rolname, t.name, t.schema, t.tenant_owned, t.functions_only, p.privilege, p.n,
             has_table_privilege(r.oid, t.oid, p.privilege) as whole,
             has_table_privilege(r.oid, t.oid, p.privilege || ' with grant option') as passes_on,
             (select string_agg(quote_ident(c.name), ', ' order by c.name) from columns c
               where c.table_oid = t.oid and p.by_column and has_column_privilege(r.oid, t.oid, c.attnum, p.privilege)) as by_columns
        from runtime r, tables t, (values (1, 'select', true), (2, 'insert', true), (3, 'update', true), (4, 'delete', false),
          (5, 'truncate', false), (6, 'references', true), (7, 'trigger', false), (8, 'maintain', false)) as p (n, privilege, by_column)),
    judged as (
      select h.*, coalesce(h.privilege = any (u.privileges), false) and not h.functions_only
               and (h.tenant_owned or h.schema = 'auth') and not h.passes_on as expected
        from held h left join usable u on (u.role, u.schema) = (h.rolname, h.schema)
       where h.whole or h.by_columns is not null)
    select format('%s on %s', rolname, name) as object,
           string_agg(privilege || case when whole then '' else format(' (%s)', by_columns) end
             || case when passes_on then ' with grant option' else '' end, ', ' order by n) as found,
           case when not bool_and(expected) then format('%s may %s %s', rolname,
             string_agg(privilege, ', ' order by n) filter (where not expected), name) end as fault,
           case when not bool_and(expected) then format('revoke %s on %s from %I, public;',
             string_agg(privilege || case when whole then '' else format(' (%s)', by_columns) end, ', ' order by n) filter (where not expected), name, rolname) end as remedy
      from judged group by rolname, name`,
};

export const schemaUsage: Check = {
  id: "schema-usage",
  guarantee: "a runtime role enters the schemas that were named for it, and no other",
  subjects: `
    select format('%s in %s', r.rolname, n.nspname) as object,
           case when has_schema_privilege(r.oid, n.oid, 'usage') then 'may enter' else 'may not enter' end as found,
           case when has_schema_privilege(r.oid, n.oid, 'usage') and u.schema is null then format('%s may enter %s', r.rolname, n.nspname)
                when not has_schema_privilege(r.oid, n.oid, 'usage') and u.schema is not null then format('%s may not enter %s, and needs to', r.rolname, n.nspname) end as fault,
           case when has_schema_privilege(r.oid, n.oid, 'usage') and u.schema is null then format('revoke usage on schema %I from %I, public;', n.nspname, r.rolname)
                when not has_schema_privilege(r.oid, n.oid, 'usage') and u.schema is not null then format('grant usage on schema %I to %I;', n.nspname, r.rolname) end as remedy
      from runtime r cross join pg_namespace n
      left join usable u on (u.role, u.schema) = (r.rolname, n.nspname::text)
     where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'`,
};

/** PostgreSQL lets every role execute a new function. Only the form without a schema takes that back. */
export const defaults: Check = {
  id: "defaults",
  guarantee: "what is made later is given to no role until it is granted",
  subjects: `
    with expected as (
      select o.rolname, exists (
          select from pg_default_acl d where d.defaclrole = o.oid and d.defaclnamespace = 0 and d.defaclobjtype = 'f'
             and not exists (select from aclexplode(d.defaclacl) a where a.grantee <> o.oid)) as taken_back
        from owners o)
    select 'new functions of ' || rolname as object, case when taken_back then 'its own' else 'executed by PUBLIC' end as found,
           case when not taken_back then 'a new function of ' || rolname || ' could be executed by every role' end as fault,
           case when not taken_back then format('alter default privileges for role %I revoke execute on functions from public;', rolname) end as remedy
      from expected
    union all
    select format('default privileges of %s%s on %s', d.defaclrole::regrole, ' in ' || n.nspname, d.defaclobjtype),
           d.defaclacl::text,
           case when given then format('what %s makes later would be given away unseen', d.defaclrole::regrole) end,
           case when given then format('alter default privileges for role %s%s revoke all on %s from public; -- and the other roles that they name', d.defaclrole::regrole,
             ' in schema ' || n.nspname, case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end) end
      from (select *, exists (select from aclexplode(defaclacl) a where a.grantee <> defaclrole) as given from pg_default_acl) d
      left join pg_namespace n on n.oid = d.defaclnamespace`,
};
