-- Roles, schemas, what PUBLIC may not do, and how an id is made.
--
-- One role owns every object and never logs in. Each function logs in as a role of its own, which owns
-- nothing and holds only the grants that its work needs. The operator's command has such a role too.
--
-- This file runs as the master. Every other one begins by becoming the owner.

do $$
begin
  if not exists (select from pg_roles where rolname = 'bulkhead_owner') then
    create role bulkhead_owner nologin;
    -- The master may act as the owner: that is how migrations create objects for it.
    execute format('grant bulkhead_owner to %I with inherit true, set true', current_user);
  end if;
end $$;

-- Since PostgreSQL 16 the creator of a role becomes a member of it, and a member of a member of rds_iam
-- can no longer log in with a password, which the Data API does. So the login roles are created by a
-- role that is dropped afterwards: none of them has a member.
do $$
declare
  master text := current_user;
  name   text;
begin
  if exists (select from pg_roles where rolname = 'bulkhead_api') then return; end if;

  create role bulkhead_role_maker nologin createrole;
  execute format('grant bulkhead_role_maker to %I with inherit false, set true', master);
  set local role bulkhead_role_maker;
  foreach name in array array['auth', 'api', 'worker', 'dead_letters', 'sweeper', 'operator'] loop
    execute format('create role bulkhead_%s login noinherit', name);
  end loop;
  execute format('set local role %I', master);
  grant rds_iam
    to bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper, bulkhead_operator;
  drop role bulkhead_role_maker;
end $$;

-- Connections only, and no temporary objects: a caller's look-alike table or type could otherwise stand
-- where a function expects the real one.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format(
    'grant connect on database %I
       to bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper, bulkhead_operator',
    current_database());
end $$;
revoke all on schema public from public;

-- The owner reads which migrations were applied: two databases exchange rows only when theirs are equal.
grant usage on schema public to bulkhead_owner;
grant select on public.schema_migrations to bulkhead_owner;

-- By default PUBLIC may execute a new function. Only this form, without a schema, revokes that, and it
-- holds for the role that creates the function: for both of ours.
alter default privileges revoke execute on functions from public;
alter default privileges for role bulkhead_owner revoke execute on functions from public;

-- auth: users, tenants, credentials. app: the product's tables and functions. audit: the trail.
create schema auth authorization bulkhead_owner;
create schema app authorization bulkhead_owner;
create schema audit authorization bulkhead_owner;

grant usage on schema auth to bulkhead_auth;
grant usage on schema app
  to bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper, bulkhead_operator;
grant usage on schema audit to bulkhead_api, bulkhead_operator;

-- Any role may change its session's settings, and a function that runs as the owner runs with them. This
-- fixes, on each such function, the ones that change what a query finds or how its text is read; planner
-- settings that change only its speed are left. Without it, `gin_fuzzy_search_limit` drops hits of a search
-- at random. Costs 0.1 µs a call.
--
-- A migration that creates or replaces such a function ends with it. In a migration only: no role may call it.
set local role bulkhead_owner;
create function app.fix_settings() returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- A new id: a UUID of version 7 (RFC 9562). It begins with the time, in milliseconds and then in 4096ths of
-- one, so ids that are made one after the other are neighbours in every index: an insert writes to a page that
-- is in memory and in the WAL already (after a checkpoint a quarter of the WAL: `npm run bench wal`). The other
-- 62 bits are random. PostgreSQL 18 has `uuidv7()` for it.
--
-- An id tells when it was made. What must not be guessed (keys, tokens) is never an id.
create function app.new_id() returns uuid
  language sql volatile parallel restricted
  return (overlay(lpad(to_hex((extract(epoch from clock_timestamp()) * 4096000)::bigint), 15, '0') placing '7' from 13 for 0)
          || encode(substr(uuid_send(gen_random_uuid()), 9), 'hex'))::uuid;
grant execute on function app.new_id() to bulkhead_auth, bulkhead_api, bulkhead_worker;
