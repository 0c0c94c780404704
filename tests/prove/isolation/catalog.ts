import { EXTENSIONS, FUNCTIONS_ONLY, MASTER, OWNER, RUNTIME_ROLES, SCHEMAS } from "./product.ts";

export const listed = (names: Iterable<string>): string =>
  [...names].map((name) => `'${name.replaceAll("'", "''")}'`).join(", ") || "null";

/**
 * What checks are written over: the parts of pg_catalog that are ours, by the names that people use.
 *
 * A table is a tenant's unless it is an exception to `tenant-owned`. A role is `reachable` when a runtime
 * role is one, or is a member of one that is.
 */
export const catalog = (notTenantOwned: Iterable<string>): string => `
  schemas as (
    select oid, nspname as name, nspowner, nspacl from pg_namespace where nspname in (${listed(SCHEMAS)})),
  relations as (
    select c.oid, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
           s.name as schema, format('%I.%I', s.name, c.relname) as name
      from pg_class c join schemas s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f')),
  tables as (
    select t.*, t.name not in (${listed(notTenantOwned)}) as tenant_owned,
           t.name in (${listed(FUNCTIONS_ONLY)}) as functions_only
      from relations t where t.relkind in ('r', 'p')),
  columns as (
    select t.oid as table_oid, t.name as table_name, t.schema, t.tenant_owned, a.attnum, a.attname as name, a.attnotnull,
           a.atttypid, a.attidentity, a.attacl, pg_get_expr(d.adbin, d.adrelid) as default_value
      from tables t
      join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum),
  tenant_columns as (select * from columns where name = 'tenant_id' and tenant_owned),
  functions as (
    select p.*, s.name as schema, p.oid::regprocedure::text as name, l.lanname
      from pg_proc p join schemas s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang),
  policies as (
    select p.polname, p.polcmd, p.polpermissive, p.polroles, t.oid as table_oid, t.name as table_name, t.schema, t.tenant_owned,
           format('%I on %s', p.polname, t.name) as name,
           pg_get_expr(p.polqual, p.polrelid) as using_expression,
           pg_get_expr(p.polwithcheck, p.polrelid) as check_expression,
           case p.polcmd when '*' then 'all' when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' end as command
      from pg_policy p join tables t on t.oid = p.polrelid),
  owners as (select oid, rolname from pg_roles where rolname in ('${OWNER}', '${MASTER}')),
  runtime as (select oid, rolname from pg_roles where rolname in (${listed(Object.keys(RUNTIME_ROLES))})),
  reachable (oid) as (
    select oid from runtime
    union
    select m.roleid from pg_auth_members m join reachable r on r.oid = m.member),
  reachable_roles as (select r.* from pg_roles r join reachable using (oid)),
  usable (role, schema, privileges) as (values ${usable()}),
  extensions as (select oid, extname from pg_extension where extname in (${listed(EXTENSIONS)})),
  this_database as (select * from pg_database where datname = current_database())`;

const usable = () =>
  Object.entries(RUNTIME_ROLES)
    .flatMap(([role, schemas]) =>
      Object.entries(schemas).map(
        ([schema, privileges]) => `('${role}', '${schema}', array[${listed(privileges)}]::text[])`,
      ),
    )
    .join(", ");
