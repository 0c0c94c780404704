-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.apply_tenant_status(assertion text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  perform app.sync_tenant_status(app.verified_assertion(assertion, 'status'));
end $function$;
GRANT EXECUTE ON FUNCTION app.apply_tenant_status(text) TO bulkhead_dead_letters, bulkhead_sweeper, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.assertion(kind text, tenant uuid, actor text, role text, permission text, request text, action text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  place text := (select t.placement from auth.tenants t where t.id = tenant and t.placement <> 'home');
  result text;
begin
  if place is null then return null; end if;
  perform app.refuse_context(actor, role || permission, request, action);

  select c.claim || '|' || app.vouch(k.key, c.claim) into result
    from app.assertion_keys k
    join app.signing_keys here on here.database = 'home'
    join auth.tenants t on t.id = tenant and t.placement = k.database,
         lateral (select 'assertion|' || kind || '|' || k.database || '|' || k.id
                  || '|' || floor(extract(epoch from now()) * 1000)::bigint + 15000
                  || '|' || t.id || '|' || t.status || '|' || t.job_limit
                  || '|' || actor || '|' || role || '|' || permission || '|' || request || '|' || action as claim) c
   where k.valid_until > now()
   order by k.generation desc
   limit 1;
  if result is null then
    raise exception using errcode = 'BH307', message = 'tenant.elsewhere', detail = place;
  end if;
  return result;
end $function$;

CREATE OR REPLACE FUNCTION app.open_assertion(assertion text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  parts     text[] := app.verified_assertion(assertion, 'request');
  context   text;
  signature text;
  admitted  boolean;
  unlocked  boolean;
  asked     record;
begin
  perform app.sync_tenant_status(parts);
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true),
         t.status = 'active' and (not app.is_paused(t.writes_paused_until) or parts[11] like '%:read')
           and not exists (select from pg_prepared_statements where from_sql)
           and current_setting('transaction_isolation') = 'read committed'
           and current_setting('transaction_read_only') = 'off'
           and current_setting('transaction_deferrable') = 'off',
         pg_advisory_unlock_all() is null
    into context, signature, admitted, unlocked
    from auth.tenants t
    join app.signing_keys k on k.database = t.placement,
         lateral (select t.id || '|' || parts[9] || '|' || parts[10] || '|' || parts[12] || '|' || parts[13]
                         || '|' || parts[11] || case when t.changes_noted then '|noted' else '|' end as context) c
   where t.id = parts[6]::uuid;

  if admitted then
    perform app.end_writes(parts[11]);
    return context;
  end if;
  perform app.refuse_context('', '', parts[12], parts[13]);
  if context is null then perform app.refuse_absent_tenant(); end if;
  select t.status, t.writes_paused_until into asked from auth.tenants t where t.id = parts[6]::uuid;
  perform app.refuse_actor(asked.status, true, asked.writes_paused_until, parts[11]);
  perform app.retry_transaction();
end $function$;
GRANT EXECUTE ON FUNCTION app.open_assertion(text) TO bulkhead_api;

CREATE OR REPLACE FUNCTION app.redirect(tenant uuid, permitted boolean, actor text, role text, permission text, action text, request text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  asked record;
  result text;
begin
  select t.status, t.placement, t.writes_paused_until, h.permission is not null as at_home,
         coalesce(h.elsewhere_too, false) as elsewhere_too
    into asked
    from auth.tenants t
    left join app.home_permissions h on h.permission = redirect.permission
   where t.id = tenant;

  -- A dedicated database accepts no credential, not even one that was copied there.
  if not exists (select from app.signing_keys k where k.database = 'home') then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only an assertion of the home database opens a context here.';
  end if;
  perform app.refuse_actor(asked.status, permitted, asked.writes_paused_until, permission);
  -- A tenant at home was not admitted, for a reason that has passed. A claimed tenant means that it was still at
  -- home at the first look, and that its context is signed. Neither may go on from here.
  if asked.placement = 'home' or app.claimed_tenant() is not null then perform app.retry_transaction(); end if;
  if asked.at_home then
    perform app.sign_context(tenant, actor, role, request, action, permission);
  end if;
  if not asked.at_home or asked.elsewhere_too then
    result := app.assertion('request', tenant, actor, role, permission, request, action);
    if result is null then perform app.retry_transaction(); end if;
  end if;
  if asked.at_home then perform app.end_writes(permission); end if;
  return coalesce(result, current_setting('app.ctx'));
end $function$;

CREATE OR REPLACE FUNCTION app.refuse_absent_tenant()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  raise exception using errcode = 'BH503', message = 'tenant.unreachable', hint = '1',
    detail = 'This tenant''s data is on its way. Try again, with the same Idempotency-Key.';
end $function$;

CREATE OR REPLACE FUNCTION app.sync_tenant_status(parts text[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  as_of timestamptz := to_timestamp(parts[5]::bigint / 1000.0) - interval '15 seconds';
begin
  if exists (select from auth.tenants t
              where t.id = parts[6]::uuid and t.placement = parts[3]
                and (t.status, t.job_limit) is distinct from (parts[7], parts[8]::integer)
                and (t.status_at is null or t.status_at <= as_of)) then
    perform set_config('app.identity', 'system:home|' || parts[12], true);
    update auth.tenants t
       set status = parts[7], job_limit = parts[8]::integer, status_at = as_of
     where t.id = parts[6]::uuid;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION app.tenant_status(tenant uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return app.assertion('status', tenant, '', '', '', '', '');
end $function$;
GRANT EXECUTE ON FUNCTION app.tenant_status(uuid) TO bulkhead_dead_letters, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.tenant_statuses(place text)
 RETURNS SETOF text
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query select app.assertion('status', t.id, '', '', '', '', '')
                 from auth.tenants t where t.placement = place and t.placement <> 'home';
end $function$;
GRANT EXECUTE ON FUNCTION app.tenant_statuses(text) TO bulkhead_sweeper;

CREATE OR REPLACE FUNCTION app.verified_assertion(assertion text, kind text)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  parts text[];
begin
  select string_to_array(assertion, '|') into parts
    from app.signing_keys here
    join app.assertion_keys k on k.database = here.database
   where k.id = split_part(assertion, '|', 4) and k.valid_until > now()
     and split_part(assertion, '|', 2) = verified_assertion.kind
     and split_part(assertion, '|', 3) = here.database
     and app.vouched(k.key, assertion);

  -- Home's clock may be five seconds ahead. What expires later than that was not made by home.
  if parts is null or cardinality(parts) <> 14
     or to_timestamp(parts[5]::bigint / 1000.0) not between now() and now() + interval '20 seconds' then
    raise exception using errcode = 'BH503', message = 'tenant.unreachable', hint = '1',
      detail = 'The home database''s assertion was not valid here. Try again.';
  end if;
  return parts;
end $function$;

CREATE OR REPLACE FUNCTION app.vouch(key bytea, claim text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN encode(sha256((key || sha256((key || convert_to(claim, 'UTF8'::name))))), 'hex'::text);

CREATE OR REPLACE FUNCTION app.vouched(key bytea, assertion text)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN (sha256((key || convert_to("right"(assertion, 64), 'UTF8'::name))) = sha256((key || convert_to(app.vouch(key, "left"(assertion, '-65'::integer)), 'UTF8'::name))));
