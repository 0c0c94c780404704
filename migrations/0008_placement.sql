-- A tenant may live in a database of its own. Its credentials stay at home: users, sessions, members, API
-- keys, and the placement itself. The dedicated database runs the same migrations, and accepts home's
-- assertions in place of a session or a key.
--
-- An assertion is a short-lived text that home signs with a key which only these two databases hold. It
-- says for which database it is valid, which tenant is meant, who acts, what was permitted, and the
-- tenant's status. The API carries it from one database to the other and can't make one.
--
--   assertion|KIND|DATABASE|KEY|EXPIRES|TENANT|STATUS|JOB_LIMIT|ACTOR|ROLE|PERMISSION|REQUEST|ACTION|SIGNATURE
--
-- KIND is what it opens: `request`, `job`, or `status`, which opens nothing and carries a tenant's
-- status. EXPIRES counts milliseconds since 1970.
--
-- It is returned as a row, never as part of an error: errors are written to the log.

set local role bulkhead_owner;

-- ---------------------------------------------------------------- At home: making an assertion

-- The key that each pair of databases shares. Home signs with the latest generation of each; a dedicated
-- database holds its own only, and accepts an old one until it has run out.
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

-- The signature of a claim, in the nested form that `app.mac` has. Inlined into the query that calls it,
-- so that the key never is a variable.
create function app.vouch(key bytea, claim text) returns text
  language sql stable parallel restricted
  return encode(sha256(key || sha256(key || convert_to(claim, 'UTF8'))), 'hex');

-- Whether the assertion's last 64 characters are the signature of what is before them. Compared hashed, so
-- that the time says nothing about the signature that was expected.
create function app.vouched(key bytea, assertion text) returns boolean
  language sql stable parallel restricted
  return sha256(key || convert_to(right(assertion, 64), 'UTF8'))
       = sha256(key || convert_to(app.vouch(key, left(assertion, -65)), 'UTF8'));

-- Home's assertion about a tenant that lives in another database; null for one that does not. Owner only:
-- it does not check its arguments. Raises BH307 when home shares no key with the database that the detail names.
--
-- Valid for fifteen seconds: the way to the other database, a new connection and its lock waits. A clock
-- there that is five seconds ahead leaves ten of them.
create function app.assertion(kind text, tenant uuid, actor text, role text, permission text, request text, action text)
  returns text
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- What is permitted at home, wherever the tenant lives, because what it touches is at home.
create table app.home_permissions (
  permission     text primary key,
  -- Permitted where the tenant lives as well: for what is read in both places. A tenant's trail is: what
  -- happens to its members and keys is recorded at home, the rest where it lives.
  elsewhere_too  boolean not null default false
);
alter table app.home_permissions enable row level security;
alter table app.home_permissions force row level security;
create policy definer_functions on app.home_permissions to bulkhead_owner using (true) with check (true);
insert into app.home_permissions (permission, elsewhere_too) values
  ('api_key:manage', false),
  ('audit:read', true);

-- What a credential gets that home has stored and did not admit: the reason, a context after all where the
-- permission is home's own, or home's assertion for the database in which the tenant lives. Owner only.
--
-- A transaction that has a signed context already never gets an assertion too: what travels with it would
-- be done in both places.
create function app.redirect(tenant uuid, permitted boolean, actor text, role text, permission text, action text, request text)
  returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- ---------------------------------------------------------------- In a dedicated database: accepting one

-- The parts of an assertion that home has signed for this database and that is still valid. BH503
-- otherwise, for the client's credential may be as good as ever.
--
-- Verified before any part of it is parsed: a cast that fails would write it into the log.
create function app.verified_assertion(assertion text, kind text) returns text[]
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
end $$;

-- Brings a tenant's status and job limit in step with home's, by an assertion that was just verified. One
-- that is older than the last changes nothing.
create function app.sync_tenant_status(parts text[]) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Opens the context that home has asserted, and returns it like `open_session`. The assertion can be used
-- again until it expires, for the same tenant, actor, permission, request and action: a thief can do
-- no more with it than its owner.
create function app.open_assertion(assertion text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Home has sent a request here whose tenant does not live here, or does no longer.
create function app.refuse_absent_tenant() returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception using errcode = 'BH503', message = 'tenant.unreachable', hint = '1',
    detail = 'This tenant''s data is on its way. Try again, with the same Idempotency-Key.';
end $$;

-- ---------------------------------------------------------------- A tenant's status, without a credential

-- For functions that hold a job's token and no credential; null for a tenant that lives at home.
create function app.tenant_status(tenant uuid) returns text
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return app.assertion('status', tenant, '', '', '', '', '');
end $$;

-- The same for all tenants that live in one database, for the sweeper to bring along.
create function app.tenant_statuses(place text) returns setof text
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query select app.assertion('status', t.id, '', '', '', '', '')
                 from auth.tenants t where t.placement = place and t.placement <> 'home';
end $$;

-- In a dedicated database: takes a tenant's status over.
create function app.apply_tenant_status(assertion text) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform app.sync_tenant_status(app.verified_assertion(assertion, 'status'));
end $$;

grant execute on function app.open_assertion(text) to bulkhead_api;
grant execute on function app.tenant_status(uuid), app.apply_tenant_status(text) to bulkhead_worker, bulkhead_dead_letters;
grant execute on function app.tenant_statuses(text), app.apply_tenant_status(text) to bulkhead_sweeper;
