/**
 * Everything in our schemas, one line each: so that a reader can see that nothing was left out, and so that
 * two databases with one hash are equal in all of it. Functions stand as the sha256 of their definition.
 */
export const INVENTORY = `
  select 'schema' as kind, name as object, coalesce(nspacl::text, '') as definition from schemas
  union all
  select 'column', c.table_name || '.' || quote_ident(c.name),
         concat_ws(' ', format_type(c.atttypid, null), case when c.attnotnull then 'not null' end, 'default ' || c.default_value)
    from columns c
  union all
  select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end,
         name, coalesce(pg_get_viewdef(case when relkind in ('v', 'm') then oid end), '') from relations
  union all
  select 'sequence', format('%I.%I', s.name, c.relname), '' from pg_class c join schemas s on s.oid = c.relnamespace where c.relkind = 'S'
  union all
  select 'constraint', format('%s.%I', t.name, c.conname), pg_get_constraintdef(c.oid)
    from pg_constraint c join tables t on t.oid = c.conrelid where c.contype <> 'n'
  union all
  select 'index', format('%I.%I', t.schema, i.relname), pg_get_indexdef(x.indexrelid)
    from pg_index x join tables t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
  union all
  select 'trigger', format('%I on %s', g.tgname, t.name), pg_get_triggerdef(g.oid)
    from pg_trigger g join tables t on t.oid = g.tgrelid where not g.tgisinternal
  union all
  select 'policy', name, concat_ws(' ', command, 'using ' || using_expression, 'with check ' || check_expression) from policies
  union all
  select 'function', name, encode(sha256(convert_to(pg_get_functiondef(oid), 'UTF8')), 'hex') from functions where prokind <> 'a'
  union all
  select 'type', t.oid::regtype::text, t.typtype::text from pg_type t join schemas s on s.oid = t.typnamespace
   where t.typrelid = 0 and t.typelem = 0
  union all
  select 'grant', format('%s to %s', o.name, coalesce(r.rolname, 'PUBLIC')),
         string_agg(lower(a.privilege_type) || case when a.is_grantable then ' with grant option' else '' end, ', ' order by a.privilege_type)
    from (select name, nspacl as acl, nspowner as owner from schemas
          union all select name, relacl, relowner from relations
          union all select format('%s.%I', table_name, name), attacl, 0 from columns
          union all select name, coalesce(proacl, acldefault('f', proowner)), proowner from functions) o
    cross join lateral aclexplode(o.acl) a left join pg_roles r on r.oid = a.grantee
   where a.grantee <> o.owner
   group by o.name, r.rolname
  union all
  select 'default privilege', format('%s%s on %s', d.defaclrole::regrole, ' in ' || n.nspname, d.defaclobjtype), d.defaclacl::text
    from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  union all
  select 'role', rolname, concat_ws(' ', case when rolcanlogin then 'login' end, case when rolinherit then 'inherit' end)
    from reachable_roles where oid in (select oid from runtime)`;
