/** Tables and views: the relation, indexes, row level security, policies, triggers, grants. */
export const RELATIONS = `
  with relations as (
    select c.*, format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('auth', 'app', 'audit') and c.relkind in ('r', 'v')),
  columns as (
    select a.attrelid, a.attnum::integer as position,
           concat_ws(' ', rpad(quote_ident(a.attname), max(length(quote_ident(a.attname))) over (partition by a.attrelid)),
             format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'NOT NULL' end,
             case a.attgenerated when '' then 'DEFAULT ' || d.expression else format('GENERATED ALWAYS AS (%s) STORED', d.expression) end) as line
      from pg_attribute a
      left join lateral (select pg_get_expr(adbin, adrelid, true) as expression
                           from pg_attrdef where adrelid = a.attrelid and adnum = a.attnum) d on true
     where a.attnum > 0 and not a.attisdropped),
  lines as (
    select attrelid as relation, position, '' as name, line from columns
    union all
    select conrelid, 10000, conname, format('CONSTRAINT %I %s', conname, pg_get_constraintdef(oid, true))
      from pg_constraint where conrelid <> 0 and contype in ('p', 'u', 'c', 'f', 'x'))
  select name as file, 1 as part, '' as object,
         format(E'CREATE TABLE %s (\\n  %s\\n)%s;', name,
           (select string_agg(l.line, E',\\n  ' order by l.position, l.name collate "C") from lines l where l.relation = r.oid),
           ' WITH (' || array_to_string(reloptions, ', ') || ')') as definition
    from relations r where relkind = 'r'
  union all
  select name, 1, '', format(E'CREATE VIEW %s%s AS\\n%s', name, ' WITH (' || array_to_string(reloptions, ', ') || ')', pg_get_viewdef(oid, true))
    from relations where relkind = 'v'
  union all
  select r.name, 2, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) || ';'
    from pg_index i join relations r on r.oid = i.indrelid
   where not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
  union all
  select name, 3, s.setting, format('ALTER TABLE %s %s ROW LEVEL SECURITY;', name, s.setting)
    from relations, lateral (values ('ENABLE', relrowsecurity), ('FORCE', relforcerowsecurity)) s (setting, is_set)
   where s.is_set
  union all
  select r.name, 4, p.policyname,
         concat_ws(E'\\n  ', format('CREATE POLICY %I ON %s', p.policyname, r.name), 'AS ' || nullif(p.permissive, 'PERMISSIVE'),
           format('FOR %s TO %s', p.cmd, array_to_string(p.roles, ', ')),
           'USING (' || p.qual || ')', 'WITH CHECK (' || p.with_check || ')') || ';'
    from pg_policies p join relations r on r.name = format('%I.%I', p.schemaname, p.tablename)
  union all
  select r.name, 5, t.tgname,
         concat_ws(E'\\n', pg_get_triggerdef(t.oid, true) || ';',
           'ALTER TABLE ' || r.name || case t.tgenabled when 'D' then ' DISABLE' when 'A' then ' ENABLE ALWAYS' when 'R' then ' ENABLE REPLICA' end
             || format(' TRIGGER %I;', t.tgname))
    from pg_trigger t join relations r on r.oid = t.tgrelid where not t.tgisinternal
  union all
  select r.name, 6, coalesce(g.rolname, 'PUBLIC'),
         format('GRANT %s ON %s TO %s;', string_agg(a.privilege_type, ', ' order by a.privilege_type), r.name,
           coalesce(g.rolname, 'PUBLIC'))
    from relations r, lateral aclexplode(r.relacl) a left join pg_roles g on g.oid = a.grantee
   where a.grantee <> r.relowner
   group by r.name, g.rolname
  union all
  select r.name, 7, g.rolname || ' ' || a.privilege_type,
         format('GRANT %s (%s) ON %s TO %s;', a.privilege_type, string_agg(quote_ident(c.attname), ', ' order by c.attnum), r.name, g.rolname)
    from relations r
    join pg_attribute c on c.attrelid = r.oid and not c.attisdropped, lateral aclexplode(c.attacl) a
    join pg_roles g on g.oid = a.grantee
   group by r.name, g.rolname, a.privilege_type`;
