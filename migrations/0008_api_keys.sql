-- A key is a credential of a tenant's own: it acts for the tenant, within its
-- scopes, until it expires or is revoked.

set local role bulkhead_owner;

create table app.api_keys (
  tenant_id    uuid not null default app.claimed_tenant() references auth.tenants on delete cascade,
  id           uuid not null default gen_random_uuid(),
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
  primary key (tenant_id, id)
);
-- Not unique: a unique key over all tenants would tell one of another's rows. Two
-- keys with one hash are two draws of the same 256 random bits.
create index on app.api_keys (token_hash);
create index on app.api_keys (tenant_id, created_at desc, id desc);

alter table app.api_keys enable row level security;
alter table app.api_keys force row level security;
create policy tenant_isolation on app.api_keys to bulkhead_api
  using (tenant_id = (select app.tenant_id()))
  with check (tenant_id = (select app.tenant_id()));
create policy definer_functions on app.api_keys to bulkhead_owner using (true) with check (true);

create trigger record after insert or delete on app.api_keys
  for each row execute function audit.record('{"token_hash": "[redacted]"}');
-- Being used is not a change.
create trigger record_change after update on app.api_keys
  for each row when ((old.*) is distinct from (new.*) and old.last_used_at is not distinct from new.last_used_at)
  execute function audit.record('{"token_hash": "[redacted]"}');

-- Opens the context of the key's tenant, and returns it. `proof` is sha256(key).
-- Raises like `open_session`. Notes the use at most once an hour, so that reads stay
-- reads.
create function app.open_api_key(proof bytea, permission text, action text, request text) returns text
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
         permission = any (k.scopes) and t.status = 'active' and t.placement = 'home'
           and strpos(request || action, '|') = 0
           and not exists (select from pg_prepared_statements where from_sql),
         k.last_used_at > now() - interval '1 hour'
    into context, signature, welcome, used
    from app.api_keys k
    join auth.tenants t on t.id = k.tenant_id
    cross join app.signing_keys s,
         lateral (select k.tenant_id || '|key:' || k.id || '|key|' || request || '|' || action as context) c
   where k.token_hash = sha256(proof)
     and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());

  if welcome and used then return context; end if;
  if welcome then
    update app.api_keys k set last_used_at = now()
     where (k.tenant_id, k.id) = (select u.tenant_id, u.id from app.api_keys u
                                   where u.token_hash = sha256(proof) for update skip locked);
    return context;
  end if;
  perform app.refuse_context('', '', request, action);
  perform app.refuse_api_key(proof, permission);
  return null;
end $$;

-- Says why a key was not let in.
create function app.refuse_api_key(proof bytea, permission text) returns void
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  refused record;
begin
  select t.status, t.placement, refuse_api_key.permission = any (k.scopes) as permitted
    into refused
    from app.api_keys k
    join auth.tenants t on t.id = k.tenant_id
   where k.token_hash = sha256(proof)
     and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());

  if not found then
    raise exception using errcode = 'BH401', message = 'credential.invalid',
      detail = 'The API key is unknown, expired or revoked.';
  end if;
  perform app.refuse_actor(refused.status, refused.permitted, refused.placement, permission);
end $$;

grant execute on function app.open_api_key(bytea, text, text, text) to bulkhead_api;
grant select, insert, update on app.api_keys to bulkhead_api;
