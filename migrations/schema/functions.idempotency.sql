-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.claim(claimed_key text, hash bytea)
 RETURNS TABLE(status smallint, answer json)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  found_key record;
begin
  loop
    insert into app.idempotency_keys as k (tenant_id, actor, key, request_hash)
    select app.claimed_tenant(), app.claimed_actor(), set_config('app.claim', claimed_key, true), hash
      from app.signing_keys s where app.signed(s.key)
    on conflict do nothing;
    if found then return; end if;

    -- A statement of its own, and so a newer snapshot: the twin that was waited for is in it.
    select k.* into found_key from app.idempotency_keys k
     where k.tenant_id = app.tenant_id() and k.actor = app.actor() and k.key = claimed_key;
    if found and found_key.expires_at > now() then exit; end if;
    if app.tenant_id() is null then
      raise exception using errcode = 'BH401', message = 'context.missing', detail = 'No tenant is open.';
    end if;
    -- Gone between the two statements, or only waiting to be swept: the key is free.
    delete from app.idempotency_keys k
     where k.tenant_id = app.tenant_id() and k.actor = app.actor() and k.key = claimed_key
       and k.expires_at <= now();
  end loop;

  if found_key.request_hash <> hash then
    raise exception using errcode = 'BH422', message = 'idempotency.key_reused',
      detail = 'This Idempotency-Key was used for another request. Use a new key for a new request.';
  end if;
  perform set_config('app.replayed', 'yes', true);
  return query select found_key.status, found_key.answer;
end $function$;
GRANT EXECUTE ON FUNCTION app.claim(text,bytea) TO bulkhead_api;

CREATE OR REPLACE FUNCTION app.finish(answer_status smallint, given json)
 RETURNS json
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  if given is null then
    raise exception using errcode = 'BH404', message = 'resource.missing',
      detail = 'There is no such thing in this tenant.';
  end if;
  update app.idempotency_keys k
     set status = answer_status, answer = given
    from app.signing_keys s
   where app.signed(s.key)
     and k.tenant_id = app.claimed_tenant() and k.actor = app.claimed_actor()
     and k.key = current_setting('app.claim', true) and k.status is null;
  if not found then
    raise exception using errcode = 'BH500', message = 'idempotency.unclaimed',
      detail = 'A mutation must claim its key before it finishes.';
  end if;
  return given;
end $function$;
GRANT EXECUTE ON FUNCTION app.finish(smallint,json) TO bulkhead_api;

CREATE OR REPLACE FUNCTION app.proceed()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if current_setting('app.replayed', true) = 'yes' then
    raise exception using errcode = 'BH208', message = 'idempotency.replayed';
  end if;
end $function$;
GRANT EXECUTE ON FUNCTION app.proceed() TO bulkhead_api;

CREATE OR REPLACE FUNCTION app.refuse_unanswered_claim()
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
  if exists (select from app.idempotency_keys k
              where k.tenant_id = new.tenant_id and k.actor = new.actor and k.key = new.key
                and k.status is null) then
    raise exception using errcode = 'BH500', message = 'idempotency.unanswered',
      detail = 'A mutation must finish before it commits.';
  end if;
  return null;
end $function$;
