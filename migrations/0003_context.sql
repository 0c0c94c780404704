-- The signed context: which tenant a transaction belongs to, and who acts in it.
--
-- A credential opens it, in the database, for one permission. The result is two transaction-local settings:
-- `app.ctx`, the context `tenant|actor|role|request|action|permission|noted`, and `app.sig`, a signature over it
-- that is bound to this backend and this transaction. Any caller can write settings; only the functions below can sign,
-- because only they can read the key.
--
-- The last part is empty, and `noted` while the tenant's changes are noted for a move.

set local role bulkhead_owner;

-- ---------------------------------------------------------------- The signature

create table app.signing_keys (
  id       smallint primary key default 1 check (id = 1),
  key      bytea not null check (length(key) = 32),
  -- Which database this is: `home`, or the placement of a dedicated one. Beside the key, because every
  -- query that needs it has joined this row already.
  database text not null default 'home' check (database ~ '^[a-z][a-z0-9_]{0,62}$')
);
alter table app.signing_keys enable row level security;
alter table app.signing_keys force row level security;
create policy definer_functions on app.signing_keys to bulkhead_owner using (true) with check (true);

-- gen_random_uuid draws from the system's strong random source: 122 bits each.
insert into app.signing_keys (key)
select sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));

-- An HMAC in the nested form, over the context and what only this transaction of this backend has. Not
-- `now()::text`, which reads differently under another TimeZone or DateStyle. `current_timestamp` is
-- now(), but not a call: each call in here is looked up, permitted and set up again in every statement of
-- every request (0.4 µs), which is more than its hashes cost.
--
-- Written so that the planner inlines it into the query that calls it, and so are the next two. The key
-- must stay a column of that query: in a variable it would become a constant of the plan, which
-- debug_print_plan shows to the caller.
create function app.mac(key bytea, context text) returns bytea
  language sql stable parallel restricted
  return sha256(key || sha256(key || int4send(pg_backend_pid())
           || timestamptz_send(current_timestamp) || convert_to(context, 'UTF8')));

-- As the setting holds it: in the form in which PostgreSQL reads bytes, so that reading it is a cast and
-- no call.
create function app.signature(key bytea, context text) returns text
  language sql stable parallel restricted
  return '\x' || encode(app.mac(key, context), 'hex');

-- Whether this transaction's context bears our signature: `from app.signing_keys k where app.signed(k.key)`.
--
-- Both sides are hashed once more before they are compared, so the time of the comparison can tell only
-- how a hash of the expected signature begins, from which no signature can be derived.
create function app.signed(key bytea) returns boolean
  language sql stable parallel restricted
  return sha256(current_setting('app.sig', true)::bytea)
       = sha256(app.mac(key, current_setting('app.ctx', true)));

-- What the settings claim, without checking the signature. Good for a column's default, where the row's
-- policy checks; never for a decision.
create function app.claimed_tenant() returns uuid
  language sql stable parallel restricted
  return nullif(split_part(current_setting('app.ctx', true), '|', 1), '')::uuid;

create function app.claimed_actor() returns text
  language sql stable parallel restricted
  return nullif(split_part(current_setting('app.ctx', true), '|', 2), '');

-- What every policy asks: `tenant_id = (select id from app.current_tenant)`. Without a valid signature it
-- has no row, the subselect is null, and null equals nothing.
--
-- A policy for the API's role adds `where permission = any ('{project:read,project:write}')`: a request is
-- opened for one permission, and arbitrary SQL in it reaches the tables of that permission only.
--
-- A view and not a function: entering a function as its owner, and a query of its own in there, costs
-- more than the answer, in every statement of every request (27 µs; the view 15). The key is read as the
-- view's owner, and nothing else is: the functions in it were resolved when the view was created, and run
-- as the caller. The key is a column of the caller's own query, whose plan shows no values.
--
-- A barrier, so that no condition of the caller's is evaluated before the signature is.
--
-- Not `app.claimed_tenant()`: a signed context begins with a tenant, so there is no empty case to handle.
create view app.current_tenant with (security_barrier) as
  select split_part(current_setting('app.ctx', true), '|', 1)::uuid as id,
         split_part(current_setting('app.ctx', true), '|', 6) as permission
    from app.signing_keys k where app.signed(k.key);

-- The same answer for functions, which ask once for all that they do.
--
-- Parallel restricted, like all that reads the context: a parallel worker has another backend's pid, in
-- which no signature is valid, and would silently see no rows.
create function app.tenant_id() returns uuid
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select id from app.current_tenant);
end $$;

-- The context of this transaction, if its signature is ours: null otherwise.
create function app.context() returns text
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select current_setting('app.ctx', true) from app.signing_keys k where app.signed(k.key));
end $$;

-- Who acts: `user:…`, `key:…`, `job:…` or `system:…`.
create function app.actor() returns text
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return split_part(app.context(), '|', 2);
end $$;

-- ---------------------------------------------------------------- What no context may be opened with

-- Raises BH500 for a connection that is not as the driver made it, and releases session advisory locks.
--
-- A statement that SQL prepares on a connection outlives its request: under a name that the driver uses, it
-- would run as the next tenant. Those are known by `from_sql`. And a batch's transaction begins before the
-- batch's RESET ALL, with the last request's default_transaction_isolation and its like. The driver
-- destroys a refused connection and runs the batch on another one.
--
-- The `open_*` functions check the same in their own queries, which costs less; this function is also for
-- batches that open no context.
create function app.refuse_tainted() returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

create function app.refuse_context(actor text, role text, request text, action text) returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.refuse_tainted();
  -- "is not false", so that a missing part is refused like one that holds the separator.
  if (strpos(actor || role || request || action, '|') > 0) is not false then
    raise exception using errcode = 'BH400', message = 'context.malformed',
      detail = 'The request id and the action must be given and may not contain "|".';
  end if;
end $$;

-- Signs a context and leaves it in this transaction. Owner only: it does not check its arguments. Jobs and the
-- system have no permission: the functions that open their contexts decide what they may do.
create function app.sign_context(
    tenant uuid, actor text, role text, request text, action text, permission text default '')
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
    from app.signing_keys k
    left join auth.tenants t on t.id = sign_context.tenant,
         lateral (select concat_ws('|', tenant, actor, role, request, action, permission,
                                   case when not t.changes_noted then '' else 'noted' end) as context) c;
  perform app.refuse_context(actor, role || permission, request, action);
end $$;

-- ---------------------------------------------------------------- Who may open one

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

create function app.is_paused(until timestamptz) returns boolean
  language sql stable
  return coalesce(until > now(), false);

-- The refusals that every kind of credential shares.
--
-- `tenant.moving` is for a client that waits and tries again: the hint says how many seconds. A pause is
-- usually over within one; `writes_paused_until` is only when it ends at the latest, in case that the
-- move has died, so the hint does not say to wait until then.
create function app.refuse_actor(status text, permitted boolean, paused_until timestamptz, permission text)
  returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- A context that was opened to read can't write: not by a policy that is too wide, and not by a function.
-- PostgreSQL refuses to take it back once the transaction has a snapshot. The last step of an opening,
-- because opening writes: that a key was used, and what home says of a tenant.
create function app.end_writes(permission text) returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  if permission like '%:read' then perform set_config('transaction_read_only', 'on', true); end if;
end $$;

-- Raises 40001, serialization_failure: nothing was opened, and the whole transaction is to be run again.
--
-- A credential that is refused is looked up a second time, for the reason. Between the two queries the
-- reason may pass: a pause ends, a tenant has arrived, a permission is granted. That is answered as
-- PostgreSQL answers a transaction that lost against another.
create function app.retry_transaction() returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception using errcode = '40001', message = 'transaction.retry',
    detail = 'What this context was refused for has passed meanwhile.';
end $$;

-- Opens the context of a session's active tenant, and returns it. For a tenant that lives in another
-- database it returns an assertion instead (placement), and nothing is open here.
--
-- `proof` is sha256(token). Raises BH401 (no such session), BH403 (no tenant, no membership, suspended,
-- not permitted), BH503 (the tenant is being moved), BH307 (it lives in the database that the detail
-- names and that home shares no key with) or BH500 (`refuse_tainted`).
--
-- One query into three scalars and one test, because every request pays for each (a record costs 25 µs
-- more). It signs before it refuses, which is safe: a refusal undoes the transaction and the settings
-- with it. A tenant that lives elsewhere is not refused, and so its context is not signed: the join
-- leaves it out.
create function app.open_session(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Why the session was refused, or what it gets instead. Owner only.
create function app.redirect_session(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- The callers of the view need what it calls. Both are arithmetic: without the key, worth nothing.
grant execute on function app.mac(bytea, text), app.signed(bytea) to bulkhead_api, bulkhead_worker;
grant execute on function app.tenant_id(), app.actor(), app.claimed_tenant(), app.claimed_actor()
  to bulkhead_api, bulkhead_worker;
grant select on app.current_tenant to bulkhead_api, bulkhead_worker;
grant execute on function app.refuse_tainted()
  to bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper;
grant execute on function app.open_session(bytea, text, text, text) to bulkhead_api;
