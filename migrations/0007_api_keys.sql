-- An API key is a credential of a tenant: it acts for the tenant, within its scopes, until it expires or
-- is revoked.

set local role bulkhead_owner;

create table app.api_keys (
  tenant_id    uuid not null default app.claimed_tenant() references auth.tenants on delete cascade,
  id           uuid not null default app.new_id(),
  name         text not null check (name <> '' and length(name) <= 200),
  -- The first characters of the key, so that people can tell their keys apart.
  prefix       text not null check (length(prefix) <= 16),
  -- sha256(sha256(key)), like a session's token.
  token_hash   bytea not null check (length(token_hash) = 32),
  scopes       text[] not null check (cardinality(scopes) between 1 and 50),
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  created_by   text not null default app.claimed_actor(),
  created_at   timestamptz not null default now(),
  primary key (tenant_id, id),
  -- Checked when the key is created, and not when it is read: a retry after the key has expired is still
  -- a retry.
  constraint expires_in_the_future check (expires_at > created_at)
);
-- Not unique: a unique key over all tenants would tell one that another's row exists. Two keys with one
-- hash are two draws of the same 256 random bits.
create index on app.api_keys (token_hash);
create index on app.api_keys (tenant_id, created_at desc, id desc);

-- A key is revoked, and never changed otherwise: what it opens and how long is decided when it is created. It
-- stays at home while its tenant moves, because credentials are looked up there.
select app.own_table('app.api_keys',
  read_by     => '{api_key:manage}',
  written_by  => '{api_key:manage}',
  updates     => '{revoked_at}',
  deletes     => false,
  secret      => '{token_hash}',
  -- Being used is not a change.
  bookkeeping => '{last_used_at}',
  moves       => false);

-- Opens the context of the key's tenant, and returns it. `proof` is sha256(key). Returns and raises like
-- `open_session`.
create function app.open_api_key(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Records the use, at most once an hour, so that reads stay reads. A key whose use another transaction is
-- recording is not waited for.
create function app.note_key_use(proof bytea) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.api_keys k set last_used_at = now()
   where (k.tenant_id, k.id) = (select u.tenant_id, u.id from app.api_keys u
                                 where u.token_hash = sha256(proof) for update skip locked);
end $$;

-- Why the key was not let in, or what it gets instead. Owner only.
create function app.redirect_api_key(proof bytea, permission text, action text, request text) returns text
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- A key can do no more than its author. Otherwise an admin's key would be a way to what only owners may
-- do, and a key's key a way to what the key may not.
--
-- Runs with the owner's rights, because the API's role can't read what roles are permitted. The context
-- is signed, so it is the real author whose rights are checked.
create function app.refuse_excess_scopes() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

create trigger refuse_excess_scopes before insert or update of scopes on app.api_keys
  for each row execute function app.refuse_excess_scopes();

grant execute on function app.open_api_key(bytea, text, text, text) to bulkhead_api;
