-- A tenant may live in a database of its own. Credentials stay here, at home: users,
-- sessions, members, API keys, and the placement itself. The dedicated database runs
-- the same migrations, and takes home's word in place of a session or a key.
--
-- That word is an assertion: a short-lived text that home signs with a key which only
-- these two databases hold. It says for which database it is good, which tenant is
-- meant, who acts, what was permitted, and how the tenant stands. The API carries it
-- from one to the other and can't make one.
--
--   assertion|KIND|DATABASE|KEY|EXPIRES|TENANT|STATUS|JOB_LIMIT|ACTOR|ROLE|PERMISSION|REQUEST|ACTION|SIGNATURE
--
-- KIND is what it opens: `request`, `job`, or `standing`, which opens nothing and tells
-- how a tenant stands. EXPIRES counts milliseconds since 1970.
--
-- It is returned as a row, never as part of an error: errors are written to the log.

set local role bulkhead_owner;

-- Which database this is. It stands beside the key that signs here, because whoever
-- asks has joined that row already.
alter table app.signing_keys
  add column database text not null default 'home' check (database ~ '^[a-z][a-z0-9_]{0,62}$');

alter table auth.tenants
  -- While this lies ahead, the tenant is read and not written: it is being moved. Whoever
  -- pauses waits for the transactions that were already open (`virtualxid` in pg_locks)
  -- before relying on it, and pauses in both databases, because an assertion that was
  -- given before is still good in the other one.
  add column writes_paused_until timestamptz,
  -- In a dedicated database: as of when, by home's clock, status and job_limit are known.
  add column standing_at timestamptz;

-- What each pair of databases shares. Home signs with the latest generation of each; a
-- dedicated database holds its own only, and takes an old one until it has run out.
create table app.assertion_keys (
  database    text not null check (database <> 'home'),
  generation  integer not null,
  key         bytea not null check (length(key) = 32),
  id          text not null generated always as (encode(substr(sha256(key), 1, 8), 'hex')) stored,
  valid_until timestamptz not null default 'infinity',
  primary key (database, generation)
);
alter table app.assertion_keys enable row level security;
alter table app.assertion_keys force row level security;
create policy definer_functions on app.assertion_keys to bulkhead_owner using (true) with check (true);

-- What is permitted at home, wherever the tenant lives, because what it touches is there.
create table app.home_permissions (permission text primary key);
alter table app.home_permissions enable row level security;
alter table app.home_permissions force row level security;
create policy definer_functions on app.home_permissions to bulkhead_owner using (true) with check (true);
insert into app.home_permissions values ('api_key:manage');

create function app.is_paused(until timestamptz) returns boolean
  language sql stable
  return coalesce(until > now(), false);

-- Seconds that are left of a pause or a lease, for whoever is told to come again.
create function app.seconds_until(moment timestamptz) returns text
  language sql stable
  return greatest(1, ceil(extract(epoch from moment - now())))::text;

-- The signature of a claim, in the nested form that `signature` has. Becomes part of the
-- query that asks, so that the key never is a variable.
create function app.vouch(key bytea, claim text) returns text
  language sql stable parallel restricted
  return encode(sha256(key || sha256(key || convert_to(claim, 'UTF8'))), 'hex');

-- Whether the assertion's last 64 characters are the signature of what is before them.
-- Compared hashed, so that the time says nothing about the signature that was expected.
create function app.vouched(key bytea, assertion text) returns boolean
  language sql stable parallel restricted
  return sha256(key || convert_to(right(assertion, 64), 'UTF8'))
       = sha256(key || convert_to(app.vouch(key, left(assertion, -65)), 'UTF8'));

-- Home's word about a tenant that lives elsewhere; null for one that does not. Owner
-- only: whoever may call this is whoever it says. Raises BH307 when home has no key in
-- common with the database that the detail names.
--
-- Fifteen seconds, for the way to the other database, a new connection and its lock
-- waits; a clock there that is five ahead leaves ten of them.
create function app.assertion(kind text, tenant uuid, actor text, role text, permission text, request text, action text)
  returns text
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  place text := (select t.placement from auth.tenants t where t.id = tenant and t.placement <> 'home');
  given text;
begin
  if place is null then return null; end if;
  perform app.refuse_context(actor, role || permission, request, action);

  select c.claim || '|' || app.vouch(k.key, c.claim) into given
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
  if given is null then
    raise exception using errcode = 'BH307', message = 'tenant.elsewhere', detail = place;
  end if;
  return given;
end $$;

-- The parts of an assertion that home has signed for this database and that is still
-- good. BH503 otherwise, for the client's credential may be as good as ever.
--
-- Verified before anything in it is looked at: a cast that fails would write it into
-- the log.
create function app.heard(assertion text, kind text) returns text[]
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  parts text[];
begin
  select string_to_array(assertion, '|') into parts
    from app.signing_keys here
    join app.assertion_keys k on k.database = here.database
   where k.id = split_part(assertion, '|', 4) and k.valid_until > now()
     and split_part(assertion, '|', 2) = heard.kind
     and split_part(assertion, '|', 3) = here.database
     and app.vouched(k.key, assertion);

  -- Nobody's clock runs ahead by more than five seconds: what expires later was not given here.
  if parts is null or cardinality(parts) <> 14
     or to_timestamp(parts[5]::bigint / 1000.0) not between now() and now() + interval '20 seconds' then
    raise exception using errcode = 'BH503', message = 'tenant.unreachable', hint = '1',
      detail = 'The home database''s word for this request was not good here. Try again.';
  end if;
  return parts;
end $$;

-- Brings a tenant's row in step with home's, by the word that was just heard. An older
-- word than the last one changes nothing.
create function app.keep_in_step(parts text[]) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  as_of timestamptz := to_timestamp(parts[5]::bigint / 1000.0) - interval '15 seconds';
begin
  if exists (select from auth.tenants t
              where t.id = parts[6]::uuid and t.placement = parts[3]
                and (t.status, t.job_limit) is distinct from (parts[7], parts[8]::integer)
                and (t.standing_at is null or t.standing_at <= as_of)) then
    perform set_config('app.identity', 'system:home|' || parts[12], true);
    update auth.tenants t
       set status = parts[7], job_limit = parts[8]::integer, standing_at = as_of
     where t.id = parts[6]::uuid;
  end if;
end $$;

-- The refusals that every kind of credential shares. `moving` is for a client that waits
-- a moment and asks again: the hint says how many seconds.
drop function app.refuse_actor(text, boolean, text, text);
create function app.refuse_actor(status text, permitted boolean, paused_until timestamptz, permission text)
  returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Whatever is not known to be good is not.
  if status is distinct from 'active' then
    raise exception using errcode = 'BH403', message = 'tenant.suspended',
      detail = 'This tenant is suspended. Its owner can ask support why.';
  end if;
  if permitted is not true then
    raise exception using errcode = 'BH403', message = 'permission.denied',
      detail = format('This needs the permission %s.', permission);
  end if;
  if app.is_paused(paused_until) and permission not like '%:read' then
    raise exception using errcode = 'BH503', message = 'tenant.moving', hint = app.seconds_until(paused_until),
      detail = 'This tenant is being moved and can be read only, for a moment. Try again, with the same Idempotency-Key.';
  end if;
end $$;

-- What becomes of somebody whom home knows and did not let in: the reason, a context after
-- all where the permission is home's own, or home's word for where the tenant lives.
-- Owner only.
create function app.redirect(tenant uuid, permitted boolean, actor text, role text, permission text, action text, request text)
  returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  asked record;
begin
  select t.status, t.placement, t.writes_paused_until,
         exists (select from app.home_permissions h where h.permission = redirect.permission) as at_home
    into asked
    from auth.tenants t
   where t.id = tenant;

  -- In a dedicated database nobody's credential opens anything, not even one that got there.
  if not exists (select from app.signing_keys k where k.database = 'home') then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only the home database''s word opens a context here.';
  end if;
  perform app.refuse_actor(asked.status, permitted, asked.writes_paused_until, permission);
  if asked.placement = 'home' then
    -- Whoever is sent here was not let in. Without a reason, the answer is still no.
    raise exception using errcode = 'BH500', message = 'context.refused', detail = 'The context was refused for no known reason.';
  end if;
  if asked.at_home then
    perform app.sign_context(tenant, actor, role, request, action);
    return current_setting('app.ctx');
  end if;
  return app.assertion('request', tenant, actor, role, permission, request, action);
end $$;

-- Opens the context of a session's active tenant, and returns it:
-- `tenant|actor|role|request|action`. Of a tenant that lives elsewhere it returns an
-- assertion instead, and nothing is open here.
--
-- `proof` is sha256(token). Raises BH401 (no such session), BH403 (no tenant, no
-- membership, suspended, not permitted), BH503 (the tenant is being moved) or BH307
-- (it lives in a database that the detail names and that home shares no key with).
--
-- One query into three scalars and one test, because every request pays for each
-- (a record costs 25 µs more). It signs before it refuses, which is safe: a refusal
-- undoes the transaction and the settings with it. What lives elsewhere is not
-- refused, and so it is not signed: the join leaves it out.
create or replace function app.open_session(proof bytea, permission text, action text, request text) returns text
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
         p.permission is not null and t.status = 'active'
           and (not app.is_paused(t.writes_paused_until) or p.permission like '%:read')
           and strpos(request || action, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql)
    into context, signature, welcome
    from auth.sessions s
    join auth.members m on m.tenant_id = s.active_tenant_id and m.user_id = s.user_id
    join auth.tenants t on t.id = m.tenant_id and t.placement = 'home'
    join app.signing_keys k on k.database = 'home'
    left join app.role_permissions p on p.role = m.role and p.permission = open_session.permission,
         lateral (select m.tenant_id || '|user:' || s.user_id || '|' || m.role || '|' || request || '|' || action as context) c
   where s.token = encode(sha256(proof), 'hex') and s.expires_at > now();

  if welcome then return context; end if;
  perform app.refuse_context('', '', request, action);
  return app.redirect_session(proof, permission, action, request);
end $$;

drop function app.refuse_session(bytea, text);
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

-- Opens the context of the key's tenant, and returns it. `proof` is sha256(key).
-- Returns and raises like `open_session`. Notes the use at most once an hour, so that
-- reads stay reads.
create or replace function app.open_api_key(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  context   text;
  signature text;
  welcome   boolean;
  used      boolean;
begin
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(s.key, c.context), true),
         permission = any (k.scopes) and t.status = 'active'
           and (not app.is_paused(t.writes_paused_until) or permission like '%:read')
           and strpos(request || action, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql),
         k.last_used_at > now() - interval '1 hour'
    into context, signature, welcome, used
    from app.api_keys k
    join auth.tenants t on t.id = k.tenant_id and t.placement = 'home'
    join app.signing_keys s on s.database = 'home',
         lateral (select k.tenant_id || '|key:' || k.id || '|key|' || request || '|' || action as context) c
   where k.token_hash = sha256(proof)
     and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());

  if welcome and used then return context; end if;
  if welcome then
    perform app.note_key_use(proof);
    return context;
  end if;
  perform app.refuse_context('', '', request, action);
  return app.redirect_api_key(proof, permission, action, request);
end $$;

-- A key that is being noted by somebody else is not waited for.
create function app.note_key_use(proof bytea) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.api_keys k set last_used_at = now()
   where (k.tenant_id, k.id) = (select u.tenant_id, u.id from app.api_keys u
                                 where u.token_hash = sha256(proof) for update skip locked);
end $$;

drop function app.refuse_api_key(bytea, text);
create function app.redirect_api_key(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  asked  record;
  opened text;
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
  opened := app.redirect(asked.tenant_id, asked.permitted, 'key:' || asked.id, 'key', permission, action, request);
  if asked.used is not true then perform app.note_key_use(proof); end if;
  return opened;
end $$;

-- In a dedicated database: opens the context that home has vouched for, and returns it
-- like `open_session`. The word can be used again until it expires, for the same tenant,
-- actor, permission, request and action: whoever holds it gets no further with it than
-- whoever it was given to.
create function app.open_assertion(assertion text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  said      text[] := app.heard(assertion, 'request');
  context   text;
  signature text;
  welcome   boolean;
  asked     record;
begin
  perform app.keep_in_step(said);
  select set_config('app.ctx', c.context, true),
         set_config('app.sig', app.signature(k.key, c.context), true),
         t.status = 'active' and (not app.is_paused(t.writes_paused_until) or said[11] like '%:read')
           and not exists (select from pg_prepared_statements where from_sql)
    into context, signature, welcome
    from auth.tenants t
    join app.signing_keys k on k.database = t.placement,
         lateral (select t.id || '|' || said[9] || '|' || said[10] || '|' || said[12] || '|' || said[13] as context) c
   where t.id = said[6]::uuid;

  if welcome then return context; end if;
  perform app.refuse_context('', '', said[12], said[13]);
  if context is null then perform app.refuse_stranger(); end if;
  select t.status, t.writes_paused_until into asked from auth.tenants t where t.id = said[6]::uuid;
  perform app.refuse_actor(asked.status, true, asked.writes_paused_until, said[11]);
  raise exception using errcode = 'BH500', message = 'context.refused', detail = 'The context was refused for no known reason.';
end $$;

-- Home sent somebody here whose tenant does not live here, or not any more.
create function app.refuse_stranger() returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception using errcode = 'BH503', message = 'tenant.unreachable', hint = '1',
    detail = 'This tenant''s data is on its way. Try again, with the same Idempotency-Key.';
end $$;

-- How a tenant stands, for those who hold a job's token and no credential; null for one
-- that lives at home.
create function app.standing(tenant uuid) returns text
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return app.assertion('standing', tenant, '', '', '', '', '');
end $$;

-- The same for all that live in one database, for the sweeper to bring along.
create function app.standings(place text) returns setof text
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query select app.assertion('standing', t.id, '', '', '', '', '')
                 from auth.tenants t where t.placement = place and t.placement <> 'home';
end $$;

-- In a dedicated database: hears how a tenant stands.
create function app.heed(standing text) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.keep_in_step(app.heard(standing, 'standing'));
end $$;

-- From here on: jobs. Slots are given, tokens sent and rows moved only where the tenant
-- lives, and not while it is being moved. What a move leaves behind lies still.

create or replace function app.free_slot(tenant uuid) returns smallint
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  candidate smallint;
begin
  for candidate in
    select s.slot
      from auth.tenants t
      join app.signing_keys k on k.database = t.placement,
           lateral generate_series(1, t.job_limit) as s (slot)
     where t.id = tenant and t.status = 'active' and not app.is_paused(t.writes_paused_until)
       and not exists (select from app.jobs j where j.tenant_id = tenant and j.slot = s.slot)
  loop
    continue when not pg_try_advisory_xact_lock(hashtextextended(tenant::text, candidate));
    -- Asked again under the lock: whoever held it may have committed in between.
    if not exists (select from app.jobs j where j.tenant_id = tenant and j.slot = candidate) then
      return candidate;
    end if;
  end loop;
  return null;
end $$;

-- Hands a slot to the tenant's next job that is due. No row when none waits, when the
-- tenant is suspended, being moved or elsewhere, or when its limit was lowered and the
-- slot is above it.
create or replace function app.hand_over(tenant uuid, free_slot smallint)
  returns table (job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
    update app.jobs j
       set slot = free_slot, epoch = j.epoch + 1, sent_at = now()
     where j.tenant_id = tenant
       and free_slot <= (select t.job_limit from auth.tenants t
                           join app.signing_keys k on k.database = t.placement
                          where t.id = tenant and t.status = 'active' and not app.is_paused(t.writes_paused_until))
       and j.id = (select w.id from app.jobs w
                    where w.tenant_id = tenant and w.state = 'queued' and w.slot is null and w.run_at <= now()
                    order by w.priority desc, w.created_at, w.id
                    for update skip locked
                    limit 1)
    returning j.id, j.epoch;
end $$;

-- Opens a job where its tenant lives. Owner only. Raises as `open_job` says.
create function app.open_job_here(tenant uuid, job uuid, token_epoch integer, held integer, request text,
    out task text, out input jsonb, out state text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  owner_tenant record;
  found_job    record;
begin
  select t.status, t.writes_paused_until into owner_tenant
    from auth.tenants t
   where t.id = open_job_here.tenant;
  -- Like a lease that somebody holds for as long: its token comes again when the move is over.
  if app.is_paused(owner_tenant.writes_paused_until) then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(owner_tenant.writes_paused_until);
  end if;

  select j.task, j.input, j.state, j.epoch, j.attempt, j.slot, j.lease_until into found_job
    from app.jobs j
   where j.tenant_id = open_job_here.tenant and j.id = open_job_here.job
     for update;

  -- Without a slot no token is good, not even the latest; nor is a tenant's who is gone.
  if not found or owner_tenant.status is null or found_job.slot is null or found_job.epoch <> token_epoch then
    raise exception using errcode = 'BH410', message = 'job.gone',
      detail = 'The job is finished, unknown, or this token is stale.';
  end if;
  if found_job.state = 'running' and held is distinct from found_job.attempt
     and (held is not null or found_job.lease_until > now()) then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(found_job.lease_until);
  end if;
  if held is not null and found_job.state <> 'running' then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = '1';
  end if;
  perform app.refuse_actor(owner_tenant.status, true, null, 'job');

  perform app.sign_context(tenant, 'job:' || job, 'job', request, found_job.task);
  task := found_job.task;
  input := found_job.input;
  state := found_job.state;
end $$;

-- Opens the context of a job, for the worker's role only: to anyone else this would
-- be a way into every tenant. Locks the job's row, so that two deliveries of one
-- token stand in line. Of a tenant that lives elsewhere nothing is opened, and
-- `assertion` is what opens the job there.
--
-- `held` is null when a worker begins, and the attempt it holds from then on.
-- Raises BH410 (finished, unknown or a stale token: acknowledge it), BH409 (leased
-- by another worker, or the tenant is being moved, for the seconds in the detail), BH403
-- (tenant suspended: park it) or BH307 (the tenant lives in the database that the detail
-- names, which home shares no key with).
drop function app.open_job(uuid, uuid, integer, integer, text);
create function app.open_job(tenant uuid, job uuid, token_epoch integer, held integer, request text,
    out task text, out input jsonb, out state text, out assertion text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  lives record;
begin
  select t.status, t.placement, t.writes_paused_until, k.database into lives
    from app.signing_keys k
    left join auth.tenants t on t.id = open_job.tenant;
  if lives.database <> 'home' then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only the home database''s word opens a job here.';
  end if;

  -- Before the job is looked for: a tenant that has moved has its jobs where it lives.
  if lives.placement <> 'home' then
    perform app.refuse_actor(lives.status, true, null, 'job');
    if app.is_paused(lives.writes_paused_until) then
      raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(lives.writes_paused_until);
    end if;
    assertion := app.assertion('job', tenant, 'job:' || job, 'job', '', request, '');
    return;
  end if;
  select o.task, o.input, o.state into task, input, state
    from app.open_job_here(tenant, job, token_epoch, held, request) o;
end $$;

-- In a dedicated database: the same for a job that home has vouched for.
create function app.open_asserted_job(assertion text, token_epoch integer, held integer,
    out task text, out input jsonb, out state text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  said text[] := app.heard(assertion, 'job');
begin
  perform app.keep_in_step(said);
  if not exists (select from auth.tenants t where t.id = said[6]::uuid and t.placement = said[3]) then
    perform app.refuse_stranger();
  end if;
  select o.task, o.input, o.state into task, input, state
    from app.open_job_here(said[6]::uuid, substr(said[9], 5)::uuid, token_epoch, held, said[12]) o;
end $$;

-- Puts the job of a suspended tenant back among those that wait, without its slot.
-- For the worker, which can't open such a job: it holds a token and no context.
--
-- False when there is nothing to park: the tenant is active after all, is being moved or
-- lives elsewhere, or the token is stale.
create or replace function app.park_job(owner_tenant uuid, parked uuid, token_epoch integer, request text) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  was_parked boolean;
begin
  if not exists (select from auth.tenants t
                   join app.signing_keys k on k.database = t.placement
                  where t.id = owner_tenant and t.status = 'suspended' and not app.is_paused(t.writes_paused_until)) then
    return false;
  end if;
  perform app.sign_context(owner_tenant, 'system:worker', 'system', request, 'job.park');
  update app.jobs j
     set state = 'queued', slot = null, lease_until = null
   where j.tenant_id = owner_tenant and j.id = parked and j.epoch = token_epoch and j.slot is not null;
  was_parked := found;
  -- The audit has been written. Nothing else of this tenant is open to the caller.
  perform set_config('app.ctx', '', true), set_config('app.sig', '', true);
  return was_parked;
end $$;

-- After the last try: the job has failed, its slot is free. For the consumer of the
-- dead-letter queue, which holds a token and no context. What the last attempt left
-- as its error says more than `reason`, which stands in for it when there is none.
--
-- Raises BH410 like `open_job`, and BH409 while a worker still holds the lease or the
-- tenant is being moved.
create or replace function app.give_up_job(owner_tenant uuid, ended uuid, token_epoch integer, request text, reason jsonb)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  found_job record;
begin
  select j.slot, j.epoch, greatest(j.lease_until, t.writes_paused_until) as held_until, j.error into found_job
    from app.jobs j
    join auth.tenants t on t.id = j.tenant_id
    join app.signing_keys k on k.database = t.placement
   where j.tenant_id = owner_tenant and j.id = ended
     for update of j;
  if not found or found_job.slot is null or found_job.epoch <> token_epoch then
    raise exception using errcode = 'BH410', message = 'job.gone',
      detail = 'The job is finished, unknown, or this token is stale.';
  end if;
  if found_job.held_until > now() then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(found_job.held_until);
  end if;
  perform app.sign_context(owner_tenant, 'system:dead-letters', 'system', request, 'job.give_up');
  return query select * from app.end_job(owner_tenant, ended, 'failed', null, coalesce(found_job.error, reason));
end $$;

-- Repairs what a crash can leave behind, a batch at a time, over all tenants that live
-- here: tokens that were never sent or got lost, leases whose worker is gone, slots that
-- stayed idle, jobs whose time has come. Returns tokens to send.
create or replace function app.sweep(request text, batch integer default 500)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  lost     record;
  neglected uuid;
begin
  -- Five minutes after its sending a token is taken for lost and sent again, with the
  -- epoch it had. If it was only slow there are two now: the lease and the job's end
  -- make one of them do the work and both be acknowledged. A new epoch would make the
  -- slow one stale, and on a queue that is five minutes long no token would ever be good.
  for lost in
    select j.tenant_id, j.id, j.state from app.jobs j
     where j.slot is not null
       and exists (select from auth.tenants t
                     join app.signing_keys k on k.database = t.placement
                    where t.id = j.tenant_id and not app.is_paused(t.writes_paused_until))
       and ((j.state = 'queued' and j.sent_at < now() - interval '5 minutes')
         or (j.state = 'running' and j.lease_until < now() - interval '1 minute'))
     order by j.sent_at
     for update skip locked
     limit batch
  loop
    perform app.sign_context(lost.tenant_id, 'system:sweeper', 'system', request, 'job.sweep');
    return query
      update app.jobs j
         set state = 'queued', lease_until = null, sent_at = now()
       where j.tenant_id = lost.tenant_id and j.id = lost.id
      returning j.tenant_id, j.id, j.epoch;
  end loop;

  -- Only tenants with a slot to give: those whose slots are all taken would fill every
  -- batch, and nobody else's turn would come.
  for neglected in
    select t.id from auth.tenants t
      join app.signing_keys k on k.database = t.placement
     where t.status = 'active' and not app.is_paused(t.writes_paused_until)
       and exists (select from app.jobs w
                    where w.tenant_id = t.id and w.state = 'queued' and w.slot is null and w.run_at <= now())
       and t.job_limit > (select count(*) from app.jobs j where j.tenant_id = t.id and j.slot <= t.job_limit)
     limit batch
  loop
    return query select neglected, a.job, a.epoch from app.admit(neglected) a;
  end loop;
end $$;

-- Forgets what has served its time: answers after a day, finished jobs after 30. Nothing
-- of a tenant that is being moved, so that what was copied stays what there is.
-- Returns how many rows went: with fewer than `batch`, nothing is left to forget.
create or replace function app.sweep_expired(request text, batch integer default 5000) returns integer
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  old       record;
  answers   integer;
  forgotten integer := 0;
  moving    uuid[] := array(select t.id from auth.tenants t where app.is_paused(t.writes_paused_until));
begin
  delete from app.idempotency_keys k
   where k.ctid = any (array(select e.ctid from app.idempotency_keys e
                              where e.expires_at < now() and e.tenant_id <> all (moving) limit batch));
  get diagnostics answers = row_count;
  for old in
    select j.tenant_id, j.id from app.jobs j
     where j.finished_at < now() - interval '30 days' and j.tenant_id <> all (moving) limit batch
  loop
    perform app.sign_context(old.tenant_id, 'system:sweeper', 'system', request, 'job.expire');
    delete from app.jobs j where j.tenant_id = old.tenant_id and j.id = old.id;
    forgotten := forgotten + 1;
  end loop;
  return greatest(answers, forgotten);
end $$;

-- In how many seconds to sweep again: null when nothing waits, or when somebody else
-- has armed a sweep that comes soon enough.
--
-- Whoever is given a number sends the delayed message and then says `sweep_armed`.
-- Until then the claim holds for a minute only, so that a sweeper which dies between
-- the two does not leave everyone waiting for a message that was never sent.
create or replace function app.arm_sweep() returns integer
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- What waits for its time or for a slot, and what is on the queue or at work.
  next_at timestamptz := least(
    (select min(greatest(w.run_at, now())) from app.jobs w
       join auth.tenants t on t.id = w.tenant_id
       join app.signing_keys k on k.database = t.placement
      where w.state = 'queued' and w.slot is null and t.status = 'active'),
    (select now() + interval '5 minutes'
      where exists (select from app.jobs j
                      join auth.tenants t on t.id = j.tenant_id
                      join app.signing_keys k on k.database = t.placement
                     where j.slot is not null)));
  delay integer := least(900, greatest(60, ceil(extract(epoch from next_at - now()))));
begin
  if next_at is null then return null; end if;
  -- A sweep that was armed for much later than this one is wanted is none.
  update app.sweeps s set armed_until = now() + interval '1 minute'
   where s.armed_until <= now() or s.armed_until > now() + make_interval(secs => delay + 60);
  return case when found then delay end;
end $$;

grant execute on function app.open_assertion(text) to bulkhead_api;
grant execute on function
    app.open_job(uuid, uuid, integer, integer, text), app.open_asserted_job(text, integer, integer)
  to bulkhead_worker;
grant execute on function app.standing(uuid), app.heed(text) to bulkhead_worker, bulkhead_dead_letters;
grant execute on function app.standings(text), app.heed(text) to bulkhead_sweeper;
