-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION auth.choose_tenant()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  if new.active_tenant_id is null then
    select m.tenant_id into new.active_tenant_id
      from auth.members m
     where m.user_id = new.user_id
     order by m.created_at, m.id
     limit 1;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION auth.give_personal_tenant()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  tenant uuid := app.new_id();
begin
  insert into auth.tenants (id, name, slug, personal)
  values (tenant,
          left(coalesce(nullif(trim(new.name), ''), split_part(new.email, '@', 1)), 180) || '''s workspace',
          'personal-' || replace(tenant::text, '-', ''),
          true);
  insert into auth.members (tenant_id, user_id, role) values (tenant, new.id, 'owner');
  return null;
end $function$;

CREATE OR REPLACE FUNCTION auth.leave_tenant()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  update auth.sessions s set active_tenant_id = null
   where s.user_id = old.user_id and s.active_tenant_id = old.tenant_id;
  return null;
end $function$;
