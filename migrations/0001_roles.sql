-- Who exists in this database, and what nobody may do.
--
-- One role owns everything and never logs in. The functions log in as roles that
-- own nothing, one role a function, so that each can do its work and no other's.

do $$
begin
  if not exists (select from pg_roles where rolname = 'bulkhead_owner') then
    create role bulkhead_owner nologin;
    -- The master may act as the owner: that is how migrations give it things.
    execute format('grant bulkhead_owner to %I with inherit true, set true', current_user);
  end if;
end $$;

-- Since PostgreSQL 16 whoever creates a role is made a member of it, and a member
-- of a member of rds_iam can no longer log in with a password, which the Data API
-- does. So the login roles are made by a role that is dropped afterwards: nobody
-- is left who belongs to them.
do $$
declare
  master text := current_user;
  name   text;
begin
  if exists (select from pg_roles where rolname = 'bulkhead_api') then return; end if;

  create role bulkhead_role_maker nologin createrole;
  execute format('grant bulkhead_role_maker to %I with inherit false, set true', master);
  set local role bulkhead_role_maker;
  foreach name in array array['auth', 'api', 'worker', 'dead_letters', 'sweeper'] loop
    execute format('create role bulkhead_%s login noinherit', name);
  end loop;
  execute format('set local role %I', master);
  grant rds_iam to bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper;
  drop role bulkhead_role_maker;
end $$;

-- No temporary objects: a look-alike table or type of the caller's could otherwise
-- stand where a function expects the real one.
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format(
    'grant connect on database %I to bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper',
    current_database());
end $$;
revoke all on schema public from public;

-- PostgreSQL lets everyone execute a new function. Only this form, without a
-- schema, takes that back, and it holds for the role that creates: both of ours.
alter default privileges revoke execute on functions from public;
alter default privileges for role bulkhead_owner revoke execute on functions from public;

create schema auth authorization bulkhead_owner;
create schema app authorization bulkhead_owner;
create schema audit authorization bulkhead_owner;

grant usage on schema auth to bulkhead_auth;
grant usage on schema app
  to bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper;
grant usage on schema audit to bulkhead_api;
