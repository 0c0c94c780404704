-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.fix_settings()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  definer text;
  fixed   text[] := '{array_nulls=on,gin_fuzzy_search_limit=0,standard_conforming_strings=on,transform_null_equals=off}';
  setting text;
begin
  for definer, setting in
    select p.oid::regprocedure::text, f.setting
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace and n.nspname in ('auth', 'app', 'audit')
      cross join unnest(fixed) as f (setting)
     where p.prosecdef and f.setting <> all (coalesce(p.proconfig, '{}'))
  loop
    execute format('alter function %s set %s', definer, replace(setting, '=', ' = '));
  end loop;
end $function$;
