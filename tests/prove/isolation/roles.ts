import type { Check } from "./check.ts";
import { MASTER, OWNER } from "./product.ts";

export const attributes: Check = {
  id: "attributes",
  guarantee: "a runtime role has no attribute but LOGIN, and neither has what it can reach",
  subjects: `
    with judged as (
      select r.rolname, r.oid in (select oid from runtime) as is_runtime,
             concat_ws(' ', case when rolsuper then 'superuser' end, case when rolbypassrls then 'bypassrls' end,
               case when rolcreaterole then 'createrole' end, case when rolcreatedb then 'createdb' end,
               case when rolreplication then 'replication' end,
               case when rolinherit and r.oid in (select oid from runtime) then 'inherit' end) as excess,
             r.rolcanlogin
        from reachable_roles r)
    select rolname as object, case when rolcanlogin then 'login ' else '' end || excess as found,
           case when excess <> '' then rolname || ' is ' || excess when is_runtime and not rolcanlogin then rolname || ' can''t log in' end as fault,
           case when excess <> '' then format('alter role %I %s;', rolname,
                  regexp_replace(excess, '\\m(\\w)', 'no\\1', 'g'))
                when is_runtime and not rolcanlogin then format('alter role %I login;', rolname) end as remedy
      from judged`,
};

export const memberships: Check = {
  id: "memberships",
  guarantee:
    "a runtime role belongs to rds_iam alone, no role belongs to it, and only the master belongs to the owner",
  subjects: `
    select format('%I in %I', m.rolname, g.rolname) as object, 'member' as found,
           case when m.oid in (select oid from runtime) and g.rolname <> 'rds_iam' then m.rolname || ' reaches ' || g.rolname
                when m.oid in (select oid from reachable) and g.rolname <> 'rds_iam' then m.rolname || ', which runtime roles reach, reaches ' || g.rolname
                when g.oid in (select oid from runtime) then m.rolname || ' can act as ' || g.rolname
                when g.rolname = '${OWNER}' and m.rolname <> '${MASTER}' then m.rolname || ' can act as the owner' end as fault,
           case when m.oid in (select oid from reachable) and g.rolname <> 'rds_iam' or g.oid in (select oid from runtime)
                  or g.rolname = '${OWNER}' and m.rolname <> '${MASTER}'
                then format('revoke %I from %I;', g.rolname, m.rolname) end as remedy
      from pg_auth_members a
      join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
     where m.oid in (select oid from reachable) or g.oid in (select oid from runtime) or g.rolname = '${OWNER}'`,
};

export const knownRoles: Check = {
  id: "known-roles",
  guarantee: "every role with a right in our schemas is one that this proof knows",
  subjects: `
    with rights as (
      select s.name as object, a.grantee from schemas s, aclexplode(s.nspacl) a
      union select r.name, a.grantee from relations r, aclexplode(r.relacl) a
      union select format('%s.%I', c.table_name, c.name), a.grantee from columns c, aclexplode(c.attacl) a
      union select f.name, a.grantee from functions f, aclexplode(f.proacl) a
      union select 'the database', a.grantee from this_database d, aclexplode(d.datacl) a
      union select 'policy ' || p.name, unnest(p.polroles) from policies p)
    select coalesce(r.rolname, 'PUBLIC') as object, format('rights on %s objects', count(*)) as found,
           case when r.oid is null or r.oid not in (select oid from owners union select oid from runtime)
             then format('%s has rights, on %s for one, and is no role that this proof knows', coalesce(r.rolname, 'PUBLIC'), min(g.object)) end as fault,
           case when r.oid is null or r.oid not in (select oid from owners union select oid from runtime)
             then format('Revoke what %s was granted, or name it in RUNTIME_ROLES in tests/prove/isolation/product.ts.', coalesce(r.rolname, 'PUBLIC')) end as remedy
      from rights g left join pg_roles r on r.oid = g.grantee
     group by r.oid, r.rolname`,
};

/** ALTER ROLE on itself is every role's right, and holds for every session that begins after it. */
export const settings: Check = {
  id: "settings",
  guarantee: "no runtime role has settings of its own, and the database has none for all",
  subjects: `
    select case when s.setrole = 0 then 'the database' else r.rolname end as object,
           coalesce(array_to_string(s.setconfig, ', '), 'no settings') as found,
           case when s.setconfig is not null then format('%s has settings, which hold for every session after it', case when s.setrole = 0 then 'the database' else r.rolname end) end as fault,
           case when s.setconfig is not null then case when s.setrole = 0 then 'alter database … reset all;' else format('alter role %I reset all;%s', r.rolname,
             case when s.setdatabase <> 0 then format(' alter role %I in database … reset all;', r.rolname) else '' end) end end as remedy
      from (select oid, rolname from reachable_roles union all select 0, null) r
      left join pg_db_role_setting s on s.setrole = r.oid
       and s.setdatabase in (select oid from this_database union all select 0)
     where r.oid <> 0 or s.setdatabase is not null`,
};

export const parameters: Check = {
  id: "parameters",
  guarantee: "no role was given a setting of the server's, such as session_replication_role",
  subjects: `
    select p.parname as object, format('%s to %s', a.privilege_type, coalesce(r.rolname, 'PUBLIC')) as found,
           case when a.grantee = 0 or a.grantee in (select oid from reachable)
             then format('%s may change %s', coalesce(r.rolname, 'PUBLIC'), p.parname) end as fault,
           case when a.grantee = 0 or a.grantee in (select oid from reachable)
             then format('revoke %s on parameter %s from %s;', a.privilege_type, p.parname, coalesce(quote_ident(r.rolname), 'public')) end as remedy
      from pg_parameter_acl p cross join lateral aclexplode(p.paracl) a left join pg_roles r on r.oid = a.grantee`,
};

export const master: Check = {
  id: "master",
  guarantee:
    "the master has exactly Aurora's attributes, reaches no login role of ours, and keeps the database and its ledger",
  subjects: `
    select '${MASTER}' as object, coalesce(rights, 'missing') as found,
           case when rights is distinct from 'login inherit createrole createdb' then '${MASTER}' || ' is ' || coalesce(rights, 'missing') end as fault,
           case when rights is distinct from 'login inherit createrole createdb'
             then 'alter role ${MASTER} login nosuperuser inherit createrole createdb noreplication nobypassrls;' end as remedy
      from (select (select concat_ws(' ', case when rolcanlogin then 'login' end, case when rolinherit then 'inherit' end,
                case when rolcreaterole then 'createrole' end, case when rolcreatedb then 'createdb' end,
                case when rolsuper then 'superuser' end, case when rolreplication then 'replication' end,
                case when rolbypassrls then 'bypassrls' end)
              from pg_roles where rolname = '${MASTER}') as rights) m
    union all
    select '${MASTER} as ' || r.rolname, case when reaches then 'reached' else 'out of reach' end,
           case when reaches then 'the master reaches ' || r.rolname end,
           case when reaches then format('revoke %I from ${MASTER};', r.rolname) end
      from (select rolname, pg_has_role('${MASTER}', oid, 'member') as reaches from runtime) r
    union all
    select 'the database', datdba::regrole::text,
           case when datdba <> '${MASTER}'::regrole then 'the database belongs to ' || datdba::regrole end,
           case when datdba <> '${MASTER}'::regrole then 'alter database … owner to ${MASTER};' end
      from this_database
    union all
    select 'public.schema_migrations', c.relowner::regrole::text,
           case when c.relowner <> '${MASTER}'::regrole then 'the ledger belongs to ' || c.relowner::regrole end,
           case when c.relowner <> '${MASTER}'::regrole then 'alter table public.schema_migrations owner to ${MASTER};' end
      from pg_class c where c.relname = 'schema_migrations' and c.relnamespace = 'public'::regnamespace`,
};
