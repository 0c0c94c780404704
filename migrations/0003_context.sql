-- The signed context: which tenant a transaction belongs to, and who acts in it.
--
-- A credential opens it, in the database. What it leaves behind are two
-- transaction-local settings: the context and a signature over it that is bound
-- to this backend and this transaction. Anyone can set settings; only the
-- functions below can sign, because only they can read the key.

set local role bulkhead_owner;

create table app.signing_keys (
  id  smallint primary key default 1 check (id = 1),
  key bytea not null check (length(key) = 32)
);
alter table app.signing_keys enable row level security;
alter table app.signing_keys force row level security;
create policy definer_functions on app.signing_keys to bulkhead_owner using (true) with check (true);

-- gen_random_uuid draws from the system's strong random source: 122 bits each.
insert into app.signing_keys (key)
select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- What each role of a member may do. A verb names one permission.
create table app.role_permissions (
  role       text not null,
  permission text not null,
  primary key (role, permission)
);
alter table app.role_permissions enable row level security;
alter table app.role_permissions force row level security;
create policy definer_functions on app.role_permissions to bulkhead_owner using (true) with check (true);

insert into app.role_permissions (role, permission)
select role, permission
  from (values
    ('project:read',   array['owner', 'admin', 'member']),
    ('project:write',  array['owner', 'admin', 'member']),
    ('job:read',       array['owner', 'admin', 'member']),
    ('audit:read',     array['owner', 'admin']),
    ('api_key:manage', array['owner', 'admin'])
  ) as granted (permission, roles),
  unnest(roles) as role;

-- The signature: an HMAC in the nested form, over what only this transaction of this
-- backend has in common with it. Not `now()::text`, which reads differently under
-- another TimeZone or DateStyle.
--
-- Written so that the planner puts it into the query that calls it. The key must
-- stay a column of that query: in a variable it would become a constant of the
-- plan, which debug_print_plan shows to the caller.
create function app.signature(key bytea, context text) returns text
  language sql stable parallel restricted
  return encode(sha256(key || sha256(key || int4send(pg_backend_pid())
           || timestamptz_send(now()) || convert_to(context, 'UTF8'))), 'hex');

-- Signs a context and leaves it in this transaction. Owner only: whoever may call
-- this is whoever it says.
create function app.sign_context(tenant uuid, actor text, role text, request text, action text)
  returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  context   text;
  signature text;
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true)
    into context, signature
    from app.signing_keys k,
         lateral (select tenant || '|' || actor || '|' || role || '|' || request || '|' || action as context) c;
  perform app.refuse_context(actor, role, request, action);
end $$;

-- What no context may be opened with, whoever asks.
create function app.refuse_context(actor text, role text, request text, action text) returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- A statement prepared in SQL outlives its request: under a name that the driver
  -- uses it would run as the next tenant. The driver prepares through the protocol.
  if exists (select from pg_prepared_statements where from_sql) then
    raise exception using errcode = 'BH500', message = 'connection.tainted',
      detail = 'A statement was prepared in SQL on this connection.';
  end if;
  -- "is not false", so that a missing part is refused like one that holds the separator.
  if (strpos(actor || role || request || action, '|') > 0) is not false then
    raise exception using errcode = 'BH400', message = 'context.malformed',
      detail = 'The request id and the action must be given and may not contain "|".';
  end if;
end $$;

-- Whether this transaction's context bears our signature. Becomes part of the query
-- that asks, like `signature`: `from app.signing_keys k where app.signed(k.key)`.
--
-- Both sides are hashed with the key once more before they are compared, so that the
-- time of the comparison says nothing about the signature that was expected.
create function app.signed(key bytea) returns boolean
  language sql stable parallel restricted
  return sha256(key || convert_to(current_setting('app.sig', true), 'UTF8'))
       = sha256(key || convert_to(app.signature(key, current_setting('app.ctx', true)), 'UTF8'));

-- What the settings claim, without asking whether they are signed. Good for a column's
-- default, where the row's policy asks; never for a decision.
create function app.claimed_tenant() returns uuid
  language sql stable parallel restricted
  return nullif(split_part(current_setting('app.ctx', true), '|', 1), '')::uuid;

create function app.claimed_actor() returns text
  language sql stable parallel restricted
  return nullif(split_part(current_setting('app.ctx', true), '|', 2), '');

-- The context of this transaction, if its signature is ours: null otherwise.
create function app.context() returns text
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select current_setting('app.ctx', true) from app.signing_keys k where app.signed(k.key));
end $$;

-- The question every policy asks. Null without a context, and null equals nothing.
-- One query and nothing else, because every statement of every request pays for it.
-- Parallel restricted: a parallel worker has another backend's pid, in which no
-- signature is good, and would silently see no rows.
create function app.tenant_id() returns uuid
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select app.claimed_tenant() from app.signing_keys k where app.signed(k.key));
end $$;

-- Who acts: `user:…`, `key:…`, `job:…` or `system:…`.
create function app.actor() returns text
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return split_part(app.context(), '|', 2);
end $$;

-- Opens the context of a session's active tenant, and returns it:
-- `tenant|actor|role|request|action`.
--
-- `proof` is sha256(token). Raises BH401 (no such session), BH403 (no tenant, no
-- membership, suspended, not permitted) or BH307 (the tenant lives in the database
-- that the detail names).
--
-- One query into three scalars and one test, because every request pays for each
-- (a record costs 25 µs more). It signs before it refuses, which is safe: a refusal
-- undoes the transaction and the settings with it.
create function app.open_session(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  context   text;
  signature text;
  welcome   boolean;
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true),
         p.permission is not null and t.status = 'active' and t.placement = 'home'
           and strpos(request || action, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql)
    into context, signature, welcome
    from auth.sessions s
    join auth.members m on m.tenant_id = s.active_tenant_id and m.user_id = s.user_id
    join auth.tenants t on t.id = m.tenant_id
    left join app.role_permissions p on p.role = m.role and p.permission = open_session.permission
    cross join app.signing_keys k,
         lateral (select m.tenant_id || '|user:' || s.user_id || '|' || m.role || '|' || request || '|' || action as context) c
   where s.token = encode(sha256(proof), 'hex') and s.expires_at > now();

  if welcome then return context; end if;
  perform app.refuse_context('', '', request, action);
  perform app.refuse_session(proof, permission);
  return null;
end $$;

-- Says why a session was not let in.
create function app.refuse_session(proof bytea, permission text) returns void
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  refused record;
begin
  select s.user_id, m.role, t.status, t.placement,
         exists (select from app.role_permissions p
                  where p.role = m.role and p.permission = refuse_session.permission) as permitted
    into refused
    from auth.sessions s
    left join auth.members m on m.tenant_id = s.active_tenant_id and m.user_id = s.user_id
    left join auth.tenants t on t.id = m.tenant_id
   where s.token = encode(sha256(proof), 'hex') and s.expires_at > now();

  if not found then
    raise exception using errcode = 'BH401', message = 'credential.invalid',
      detail = 'The session is unknown or has ended. Sign in again.';
  end if;
  if refused.role is null then
    raise exception using errcode = 'BH403', message = 'tenant.not_member',
      detail = 'You are not a member of the active tenant. Choose another one.';
  end if;
  perform app.refuse_actor(refused.status, refused.permitted, refused.placement, permission);
end $$;

-- The refusals that every kind of credential shares.
create function app.refuse_actor(status text, permitted boolean, placement text, permission text)
  returns void
  language plpgsql immutable
  set search_path = pg_catalog, pg_temp
as $$
begin
  if status <> 'active' then
    raise exception using errcode = 'BH403', message = 'tenant.suspended',
      detail = 'This tenant is suspended. Its owner can ask support why.';
  end if;
  if not permitted then
    raise exception using errcode = 'BH403', message = 'permission.denied',
      detail = format('This needs the permission %s.', permission);
  end if;
  if placement <> 'home' then
    raise exception using errcode = 'BH307', message = 'tenant.elsewhere', detail = placement;
  end if;
  -- Whoever is sent here was not let in. Without a reason, the answer is still no.
  raise exception using errcode = 'BH500', message = 'context.refused', detail = 'The context was refused for no known reason.';
end $$;

-- A cursor is a place in a list that only the tenant it was given to can return to.
-- It is sealed for its list and its tenant: a forged or a foreign one is refused.
create function app.cursor_seal(list text, place bytea) returns bytea
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select substr(sha256(k.key || sha256(k.key
             || convert_to(concat_ws('|', 'cursor', list, app.tenant_id()), 'UTF8') || place)), 1, 16)
      from app.signing_keys k
  );
end $$;

-- 24 bytes of place (time, id) and 16 of seal: 54 characters of base64url.
create function app.seal_cursor(list text, row_at timestamptz, row_id uuid) returns text
  language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  place bytea := timestamptz_send(row_at) || uuid_send(row_id);
begin
  return translate(encode(place || app.cursor_seal(list, place), 'base64'), E'+/=\n', '-_');
end $$;

-- Null in, null out: the first page has no cursor. Raises BH400 for any other text
-- that `seal_cursor` did not make for this list and this tenant.
create function app.open_cursor(list text, cursor text, out row_at timestamptz, out row_id uuid)
  language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  sealed bytea;
begin
  if cursor is null then return; end if;
  if cursor ~ '^[A-Za-z0-9_-]{54}$' then
    sealed := decode(translate(cursor, '-_', '+/') || '==', 'base64');
  end if;
  if sealed is null or substr(sealed, 25) is distinct from app.cursor_seal(list, substr(sealed, 1, 24)) then
    raise exception using errcode = 'BH400', message = 'cursor.invalid',
      detail = 'The cursor was not made by this list for this tenant. Start from the first page.';
  end if;
  -- timestamptz_send writes microseconds since 2000-01-01.
  row_at := timestamptz '2000-01-01 00:00:00+00'
    + ('x' || encode(substr(sealed, 1, 8), 'hex'))::bit(64)::bigint * interval '1 microsecond';
  row_id := encode(substr(sealed, 9, 16), 'hex')::uuid;
end $$;

grant execute on function app.tenant_id(), app.actor(), app.claimed_tenant(), app.claimed_actor()
  to bulkhead_api, bulkhead_worker;
grant execute on function app.open_session(bytea, text, text, text) to bulkhead_api;
grant execute on function app.seal_cursor(text, timestamptz, uuid), app.open_cursor(text, text)
  to bulkhead_api;
