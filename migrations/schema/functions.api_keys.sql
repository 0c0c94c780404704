-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.note_key_use(proof bytea)
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
  update app.api_keys k set last_used_at = now()
   where (k.tenant_id, k.id) = (select u.tenant_id, u.id from app.api_keys u
                                 where u.token_hash = sha256(proof) for update skip locked);
end $function$;

CREATE OR REPLACE FUNCTION app.open_api_key(proof bytea, permission text, action text, request text)
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
  context   text;
  signature text;
  admitted  boolean;
  unlocked  boolean;
  used      boolean;
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(s.key, c.context), true),
         permission = any (k.scopes) and t.status = 'active'
           and (not app.is_paused(t.writes_paused_until) or permission like '%:read')
           and strpos(request || action || permission, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql)
           and current_setting('transaction_isolation') = 'read committed'
           and current_setting('transaction_read_only') = 'off'
           and current_setting('transaction_deferrable') = 'off',
         pg_advisory_unlock_all() is null,
         k.last_used_at > now() - interval '1 hour'
    into context, signature, admitted, unlocked, used
    from app.api_keys k
    join auth.tenants t on t.id = k.tenant_id and t.placement = 'home'
    join app.signing_keys s on s.database = 'home',
         lateral (select k.tenant_id || '|key:' || k.id || '|key|' || request || '|' || action
                         || '|' || permission || case when t.changes_noted then '|noted' else '|' end as context) c
   where k.token_hash = sha256(proof)
     and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());

  if admitted then
    if used is not true then perform app.note_key_use(proof); end if;
    perform app.end_writes(permission);
    return context;
  end if;
  perform app.refuse_context('', '', request, action);
  return app.redirect_api_key(proof, permission, action, request);
end $function$;
GRANT EXECUTE ON FUNCTION app.open_api_key(bytea,text,text,text) TO bulkhead_api;

CREATE OR REPLACE FUNCTION app.redirect_api_key(proof bytea, permission text, action text, request text)
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
begin
  select k.tenant_id, k.id, permission = any (k.scopes) as permitted,
         k.last_used_at > now() - interval '1 hour' as used
    into asked
    from app.api_keys k
   where k.token_hash = sha256(proof)
     and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());

  if not found then
    raise exception using errcode = 'BH401', message = 'credential.invalid',
      detail = 'The API key is unknown, expired or revoked.';
  end if;
  -- First, because a context that home opens to read can't write any more.
  if asked.used is not true then perform app.note_key_use(proof); end if;
  return app.redirect(asked.tenant_id, asked.permitted, 'key:' || asked.id, 'key', permission, action, request);
end $function$;

CREATE OR REPLACE FUNCTION app.refuse_excess_scopes()
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
  context text[] := string_to_array(app.context(), '|');
  author  text := context[2];
  excess  text;
begin
  select string_agg(scope, ', ') into excess
    from unnest(new.scopes) as scope
   where not exists (select from app.role_permissions rp
                      where rp.role = context[3] and rp.permission = scope)
     and not exists (select from app.api_keys k
                      where k.tenant_id = context[1]::uuid and 'key:' || k.id = author and scope = any (k.scopes));
  if excess is not null then
    raise exception using errcode = 'BH403', message = 'api_key.scope_exceeded',
      detail = format('You can''t give what you don''t have: %s.', excess);
  end if;
  return new;
end $function$;
