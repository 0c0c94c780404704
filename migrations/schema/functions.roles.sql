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

CREATE OR REPLACE FUNCTION app.new_id()
 RETURNS uuid
 LANGUAGE sql
 PARALLEL RESTRICTED
RETURN ((OVERLAY(lpad(to_hex(((EXTRACT(epoch FROM clock_timestamp()) * (4096000)::numeric))::bigint), 15, '0'::text) PLACING '7'::text FROM 13 FOR 0) || encode(substr(uuid_send(gen_random_uuid()), 9), 'hex'::text)))::uuid;
GRANT EXECUTE ON FUNCTION app.new_id() TO bulkhead_api, bulkhead_auth, bulkhead_worker;
