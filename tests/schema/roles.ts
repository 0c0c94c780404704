const GRANTEE = "case a.grantee when 0 then 'PUBLIC' else a.grantee::regrole::text end";

/** Roles and their memberships, and what is granted on the database and its schemas. Only roles of Bulkhead's own. */
export const ROLES = `
  with roles as (
    select oid, rolname, rolcanlogin, rolinherit, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
      from pg_roles where rolname like 'bulkhead\\_%' and rolname <> 'bulkhead_master')
  select 'roles' as file, 1 as part, rolname as object,
         format('CREATE ROLE %I %s;', rolname, concat_ws(' ', case when rolcanlogin then 'LOGIN' else 'NOLOGIN' end,
           case when rolinherit then 'INHERIT' else 'NOINHERIT' end, case when rolsuper then 'SUPERUSER' end,
           case when rolcreatedb then 'CREATEDB' end, case when rolcreaterole then 'CREATEROLE' end,
           case when rolreplication then 'REPLICATION' end, case when rolbypassrls then 'BYPASSRLS' end)) as definition
    from roles
  union all
  select 'roles', 2, m.member::regrole::text || ' ' || m.roleid::regrole::text,
         format('GRANT %s TO %s WITH ADMIN %s, INHERIT %s, SET %s;', m.roleid::regrole, m.member::regrole,
           upper(bool_or(m.admin_option)::text), upper(bool_or(m.inherit_option)::text), upper(bool_or(m.set_option)::text))
    from pg_auth_members m where m.roleid in (select oid from roles) or m.member in (select oid from roles)
   group by m.roleid, m.member
  union all
  select 'roles', 3, ${GRANTEE},
         format('GRANT %s ON DATABASE :"database" TO %s;', string_agg(a.privilege_type, ', ' order by a.privilege_type), ${GRANTEE})
    from pg_database d, lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
   where d.datname = current_database() and a.grantee <> d.datdba
   group by a.grantee
  union all
  select 'roles', 4, nspname, format('CREATE SCHEMA %I AUTHORIZATION %s;', nspname, nspowner::regrole)
    from pg_namespace where nspname in ('auth', 'app', 'audit')
  union all
  select 'roles', 5, n.nspname || ' ' || ${GRANTEE},
         format('GRANT %s ON SCHEMA %I TO %s;', string_agg(a.privilege_type, ', ' order by a.privilege_type), n.nspname, ${GRANTEE})
    from pg_namespace n, lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
   where n.nspname in ('auth', 'app', 'audit', 'public') and a.grantee <> n.nspowner
   group by n.nspname, a.grantee
  union all
  select 'roles', 6, format('%s %s', d.defaclrole::regrole, d.defaclobjtype),
         format('-- Default privileges of %s%s on %s: %s', d.defaclrole::regrole, ' in ' || n.nspname,
           case d.defaclobjtype when 'f' then 'functions' when 'r' then 'tables' when 'S' then 'sequences' when 'T' then 'types' else 'schemas' end,
           array_to_string(d.defaclacl, ', '))
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace`;
