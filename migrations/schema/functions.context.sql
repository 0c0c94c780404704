-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.actor()
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return split_part(app.context(), '|', 2);
end $function$;
GRANT EXECUTE ON FUNCTION app.actor() TO bulkhead_api, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.claimed_actor()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN NULLIF(split_part(current_setting('app.ctx'::text, true), '|'::text, 2), ''::text);
GRANT EXECUTE ON FUNCTION app.claimed_actor() TO bulkhead_api, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.claimed_tenant()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN (NULLIF(split_part(current_setting('app.ctx'::text, true), '|'::text, 1), ''::text))::uuid;
GRANT EXECUTE ON FUNCTION app.claimed_tenant() TO bulkhead_api, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.context()
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return (select current_setting('app.ctx', true) from app.signing_keys k where app.signed(k.key));
end $function$;

CREATE OR REPLACE FUNCTION app.end_writes(permission text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  if permission like '%:read' then perform set_config('transaction_read_only', 'on', true); end if;
end $function$;

CREATE OR REPLACE FUNCTION app.is_paused(until timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN COALESCE((until > now()), false);

CREATE OR REPLACE FUNCTION app.mac(key bytea, context text)
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN sha256((key || sha256((((key || int4send(pg_backend_pid())) || timestamptz_send(CURRENT_TIMESTAMP)) || convert_to(context, 'UTF8'::name)))));
GRANT EXECUTE ON FUNCTION app.mac(bytea,text) TO bulkhead_api, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.open_session(proof bytea, permission text, action text, request text)
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
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true),
         p.permission is not null and t.status = 'active'
           and (not app.is_paused(t.writes_paused_until) or p.permission like '%:read')
           and strpos(request || action, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql)
           and current_setting('transaction_isolation') = 'read committed'
           and current_setting('transaction_read_only') = 'off'
           and current_setting('transaction_deferrable') = 'off',
         pg_advisory_unlock_all() is null
    into context, signature, admitted, unlocked
    from auth.sessions s
    join auth.members m on m.tenant_id = s.active_tenant_id and m.user_id = s.user_id
    join auth.tenants t on t.id = m.tenant_id and t.placement = 'home'
    join app.signing_keys k on k.database = 'home'
    left join app.role_permissions p on p.role = m.role and p.permission = open_session.permission,
         lateral (select m.tenant_id || '|user:' || s.user_id || '|' || m.role || '|' || request || '|' || action
                         || '|' || open_session.permission || case when t.changes_noted then '|noted' else '|' end as context) c
   where s.token = encode(sha256(proof), 'hex') and s.expires_at > now();

  if admitted then
    perform app.end_writes(permission);
    return context;
  end if;
  perform app.refuse_context('', '', request, action);
  return app.redirect_session(proof, permission, action, request);
end $function$;
GRANT EXECUTE ON FUNCTION app.open_session(bytea,text,text,text) TO bulkhead_api;

CREATE OR REPLACE FUNCTION app.redirect_session(proof bytea, permission text, action text, request text)
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
  select s.user_id, m.tenant_id, m.role,
         exists (select from app.role_permissions p
                  where p.role = m.role and p.permission = redirect_session.permission) as permitted
    into asked
    from auth.sessions s
    left join auth.members m on m.tenant_id = s.active_tenant_id and m.user_id = s.user_id
   where s.token = encode(sha256(proof), 'hex') and s.expires_at > now();

  if not found then
    raise exception using errcode = 'BH401', message = 'credential.invalid',
      detail = 'The session is unknown or has ended. Sign in again.';
  end if;
  if asked.role is null then
    raise exception using errcode = 'BH403', message = 'tenant.not_member',
      detail = 'You are not a member of the active tenant. Choose another one.';
  end if;
  return app.redirect(asked.tenant_id, asked.permitted, 'user:' || asked.user_id, asked.role, permission, action, request);
end $function$;

CREATE OR REPLACE FUNCTION app.refuse_actor(status text, permitted boolean, paused_until timestamp with time zone, permission text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  -- An unknown status is not active.
  if status is distinct from 'active' then
    raise exception using errcode = 'BH403', message = 'tenant.suspended',
      detail = 'This tenant is suspended. Its owner can ask support why.';
  end if;
  if permitted is not true then
    raise exception using errcode = 'BH403', message = 'permission.denied',
      detail = format('This needs the permission %s.', permission);
  end if;
  if app.is_paused(paused_until) and permission not like '%:read' then
    raise exception using errcode = 'BH503', message = 'tenant.moving', hint = '1',
      detail = 'This tenant is being moved and can be read only, for a moment. Try again, with the same Idempotency-Key.';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION app.refuse_context(actor text, role text, request text, action text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform app.refuse_tainted();
  -- "is not false", so that a missing part is refused like one that holds the separator.
  if (strpos(actor || role || request || action, '|') > 0) is not false then
    raise exception using errcode = 'BH400', message = 'context.malformed',
      detail = 'The request id and the action must be given and may not contain "|".';
  end if;
end $function$;

CREATE OR REPLACE FUNCTION app.refuse_tainted()
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  perform pg_advisory_unlock_all();
  if exists (select from pg_prepared_statements where from_sql) then
    raise exception using errcode = 'BH500', message = 'connection.tainted',
      detail = 'A statement was prepared in SQL on this connection.';
  end if;
  if current_setting('transaction_isolation') <> 'read committed'
     or current_setting('transaction_read_only') <> 'off'
     or current_setting('transaction_deferrable') <> 'off' then
    raise exception using errcode = 'BH500', message = 'connection.tainted',
      detail = 'The transaction did not begin as read committed, read write and not deferrable.';
  end if;
end $function$;
GRANT EXECUTE ON FUNCTION app.refuse_tainted() TO bulkhead_dead_letters, bulkhead_sweeper, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.retry_transaction()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  raise exception using errcode = '40001', message = 'transaction.retry',
    detail = 'What this context was refused for has passed meanwhile.';
end $function$;

CREATE OR REPLACE FUNCTION app.sign_context(tenant uuid, actor text, role text, request text, action text, permission text DEFAULT ''::text)
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
  context   text;
  signature text;
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true)
    into context, signature
    from app.signing_keys k
    left join auth.tenants t on t.id = sign_context.tenant,
         lateral (select concat_ws('|', tenant, actor, role, request, action, permission,
                                   case when not t.changes_noted then '' else 'noted' end) as context) c;
  perform app.refuse_context(actor, role || permission, request, action);
end $function$;

CREATE OR REPLACE FUNCTION app.signature(key bytea, context text)
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN ('\x'::text || encode(app.mac(key, context), 'hex'::text));

CREATE OR REPLACE FUNCTION app.signed(key bytea)
 RETURNS boolean
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN (sha256((current_setting('app.sig'::text, true))::bytea) = sha256(app.mac(key, current_setting('app.ctx'::text, true))));
GRANT EXECUTE ON FUNCTION app.signed(bytea) TO bulkhead_api, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.tenant_id()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return (select id from app.current_tenant);
end $function$;
GRANT EXECUTE ON FUNCTION app.tenant_id() TO bulkhead_api, bulkhead_worker;
