-- Users, and the tenants that they are members of. Better Auth writes these tables and calls a tenant an
-- organization. All other code reads them through functions only.

set local role bulkhead_owner;

create table auth.users (
  id             uuid primary key default app.new_id(),
  name           text not null check (length(name) <= 200),
  email          text not null unique check (email = lower(email) and email like '%_@_%' and length(email) <= 320),
  email_verified boolean not null default false,
  image          text,
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now()
);

-- A tenant is a compartment: everything that a customer owns carries the id of one row here.
create table auth.tenants (
  id         uuid primary key default app.new_id(),
  name       text not null check (name <> '' and length(name) <= 200),
  slug       text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  logo       text,
  metadata   text,
  personal   boolean not null default false,
  status     text not null default 'active' check (status in ('active', 'suspended')),
  -- How many of its jobs may be on the queue or running at once.
  job_limit  integer not null default 4 check (job_limit between 1 and 1000),
  -- Which database holds its data. Credentials are always looked up at home.
  placement  text not null default 'home' check (placement ~ '^[a-z][a-z0-9_]{0,62}$'),
  created_at timestamptz not null default now(),
  -- While this lies ahead, the tenant is read and not written: it is being moved. A move that sets it
  -- waits for the transactions that were already open (`virtualxid` in pg_locks) before relying on it,
  -- and sets it in both databases, because an assertion that was made before is still valid in the other.
  writes_paused_until timestamptz,
  -- While it is true, the keys of changed rows are noted, because the tenant is being copied. Follows app.moves.
  changes_noted boolean not null default false,
  -- In a dedicated database: as of when, by home's clock, status and job_limit are known.
  status_at timestamptz
);

create table auth.members (
  id         uuid primary key default app.new_id(),
  tenant_id  uuid not null references auth.tenants on delete cascade,
  user_id    uuid not null references auth.users on delete cascade,
  role       text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default now(),
  unique (tenant_id, user_id)
);
create index on auth.members (user_id, created_at);

create table auth.invitations (
  id         uuid primary key default app.new_id(),
  tenant_id  uuid not null references auth.tenants on delete cascade,
  email      text not null check (email = lower(email)),
  role       text not null check (role in ('owner', 'admin', 'member')),
  status     text not null default 'pending',
  inviter_id uuid not null references auth.users on delete cascade,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index on auth.invitations (tenant_id, email);
create index on auth.invitations (email);

-- `token` holds sha256(sha256(token)) in hex. Neither this value nor what `open_session` is given, which
-- is sha256(token), can be used to sign in.
create table auth.sessions (
  id               uuid primary key default app.new_id(),
  user_id          uuid not null references auth.users on delete cascade,
  token            text not null unique check (token ~ '^[0-9a-f]{64}$'),
  active_tenant_id uuid references auth.tenants on delete set null,
  expires_at       timestamptz not null,
  ip_address       text,
  user_agent       text,
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);
create index on auth.sessions (user_id);

create table auth.accounts (
  id                       uuid primary key default app.new_id(),
  user_id                  uuid not null references auth.users on delete cascade,
  account_id               text not null,
  provider_id              text not null,
  access_token             text,
  refresh_token            text,
  id_token                 text,
  access_token_expires_at  timestamptz,
  refresh_token_expires_at timestamptz,
  scope                    text,
  password                 text,
  created_at               timestamptz not null default now(),
  updated_at               timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index on auth.accounts (user_id);

create table auth.verifications (
  id         uuid primary key default app.new_id(),
  identifier text not null,
  value      text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on auth.verifications (identifier);

create table auth.rate_limits (
  id           uuid primary key default app.new_id(),
  key          text not null unique,
  count        integer not null,
  last_request bigint not null
);
create index on auth.rate_limits (last_request);

-- Identity spans tenants, so these tables have no tenant policy and two readers: the auth function, which
-- may read and write all of it, and the owner, as whom the functions that open a context look a
-- credential up.
do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'auth' loop
    execute format('alter table auth.%I enable row level security', name);
    execute format('alter table auth.%I force row level security', name);
    execute format('create policy identity on auth.%I to bulkhead_auth using (true) with check (true)', name);
    execute format('create policy definer_functions on auth.%I to bulkhead_owner using (true) with check (true)', name);
  end loop;
end $$;

-- A new user gets a tenant of their own, in the statement that creates the user: no user is ever without one.
create function auth.give_personal_tenant() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  tenant uuid := app.new_id();
begin
  insert into auth.tenants (id, name, slug, personal)
  values (tenant,
          left(coalesce(nullif(trim(new.name), ''), split_part(new.email, '@', 1)), 180) || '''s workspace',
          'personal-' || replace(tenant::text, '-', ''),
          true);
  insert into auth.members (tenant_id, user_id, role) values (tenant, new.id, 'owner');
  return null;
end $$;

create trigger give_personal_tenant after insert on auth.users
  for each row execute function auth.give_personal_tenant();

-- A session always has an active tenant: the one asked for, else the oldest membership's.
create function auth.choose_tenant() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if new.active_tenant_id is null then
    select m.tenant_id into new.active_tenant_id
      from auth.members m
     where m.user_id = new.user_id
     order by m.created_at, m.id
     limit 1;
  end if;
  return new;
end $$;

-- On update too: a session whose tenant was taken away gets another one.
create trigger choose_tenant before insert or update of active_tenant_id on auth.sessions
  for each row execute function auth.choose_tenant();

-- A membership that ends takes the user's sessions out of its tenant.
create function auth.leave_tenant() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update auth.sessions s set active_tenant_id = null
   where s.user_id = old.user_id and s.active_tenant_id = old.tenant_id;
  return null;
end $$;

create trigger leave_tenant after delete on auth.members
  for each row execute function auth.leave_tenant();

grant select, insert, delete on all tables in schema auth to bulkhead_auth;
-- What Better Auth changes, column by column. Whose a row is, what a tenant may use and where it lives are
-- not among them: no fault in that function moves a member, a suspended tenant or a database.
grant update (name, email, email_verified, image, updated_at) on auth.users to bulkhead_auth;
grant update (name, slug, logo, metadata) on auth.tenants to bulkhead_auth;
grant update (role) on auth.members to bulkhead_auth;
grant update (status, expires_at) on auth.invitations to bulkhead_auth;
grant update (token, active_tenant_id, expires_at, ip_address, user_agent, updated_at)
  on auth.sessions to bulkhead_auth;
grant update (access_token, refresh_token, id_token, access_token_expires_at, refresh_token_expires_at, scope,
              password, updated_at) on auth.accounts to bulkhead_auth;
grant update (value, expires_at, updated_at) on auth.verifications to bulkhead_auth;
grant update (count, last_request) on auth.rate_limits to bulkhead_auth;
