-- A mutation happens once, however often it is requested.
--
-- In one batch: `claim` the key, `proceed` if it was free, change the rows, `finish` with the answer.
-- Claim, change and answer commit together or not at all, so a retry finds either nothing or the answer.

set local role bulkhead_owner;

create table app.idempotency_keys (
  tenant_id    uuid not null,
  actor        text not null,
  key          text not null,
  -- sha256 of method, path and body: the same key must ask for the same thing.
  request_hash bytea not null,
  status       smallint,
  -- json, not jsonb: a replay is equal to the first answer to the letter.
  answer       json,
  expires_at   timestamptz not null default now() + interval '24 hours',
  primary key (tenant_id, actor, key),
  -- One check, because every statement compiles each again.
  check (length(key) between 1 and 255 and length(request_hash) = 32)
);
create index on app.idempotency_keys (expires_at);

-- Read and written by the functions below only. Not audited: it keeps the answer to a change that is.
select app.own_table('app.idempotency_keys', audited => false);

-- Claims a key for this transaction. A request with the same key waits here until the first one ends.
-- Free: returns no row. Answered already: returns that answer and marks the transaction, so that
-- `proceed` ends it. Raises BH422 when the key was used for another request.
create function app.claim(claimed_key text, hash bytea)
  returns table (status smallint, answer json)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  found_key record;
begin
  loop
    insert into app.idempotency_keys as k (tenant_id, actor, key, request_hash)
    select app.claimed_tenant(), app.claimed_actor(), set_config('app.claim', claimed_key, true), hash
      from app.signing_keys s where app.signed(s.key)
    on conflict do nothing;
    if found then return; end if;

    -- A statement of its own, and so a newer snapshot: the twin that was waited for is in it.
    select k.* into found_key from app.idempotency_keys k
     where k.tenant_id = app.tenant_id() and k.actor = app.actor() and k.key = claimed_key;
    if found and found_key.expires_at > now() then exit; end if;
    if app.tenant_id() is null then
      raise exception using errcode = 'BH401', message = 'context.missing', detail = 'No tenant is open.';
    end if;
    -- Gone between the two statements, or only waiting to be swept: the key is free.
    delete from app.idempotency_keys k
     where k.tenant_id = app.tenant_id() and k.actor = app.actor() and k.key = claimed_key
       and k.expires_at <= now();
  end loop;

  if found_key.request_hash <> hash then
    raise exception using errcode = 'BH422', message = 'idempotency.key_reused',
      detail = 'This Idempotency-Key was used for another request. Use a new key for a new request.';
  end if;
  perform set_config('app.replayed', 'yes', true);
  return query select found_key.status, found_key.answer;
end $$;

-- Ends a replayed batch here. The client has the answer already, as a row of `claim`; every statement
-- after this one is skipped and nothing is written.
create function app.proceed() returns void
  language plpgsql volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  if current_setting('app.replayed', true) = 'yes' then
    raise exception using errcode = 'BH208', message = 'idempotency.replayed';
  end if;
end $$;

-- Stores the answer under the key that this transaction claimed, and returns it. Raises BH404 when there
-- is none: the change found no row to change.
create function app.finish(answer_status smallint, given json) returns json
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if given is null then
    raise exception using errcode = 'BH404', message = 'resource.missing',
      detail = 'There is no such thing in this tenant.';
  end if;
  update app.idempotency_keys k
     set status = answer_status, answer = given
    from app.signing_keys s
   where app.signed(s.key)
     and k.tenant_id = app.claimed_tenant() and k.actor = app.claimed_actor()
     and k.key = current_setting('app.claim', true) and k.status is null;
  if not found then
    raise exception using errcode = 'BH500', message = 'idempotency.unclaimed',
      detail = 'A mutation must claim its key before it finishes.';
  end if;
  return given;
end $$;

-- A claim without an answer can't be committed: not by a verb that forgot to finish, and not by a COMMIT
-- that was injected.
create function app.refuse_unanswered_claim() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from app.idempotency_keys k
              where k.tenant_id = new.tenant_id and k.actor = new.actor and k.key = new.key
                and k.status is null) then
    raise exception using errcode = 'BH500', message = 'idempotency.unanswered',
      detail = 'A mutation must finish before it commits.';
  end if;
  return null;
end $$;

create constraint trigger answered after insert on app.idempotency_keys
  deferrable initially deferred
  for each row execute function app.refuse_unanswered_claim();

grant execute on function app.claim(text, bytea), app.proceed(), app.finish(smallint, json)
  to bulkhead_api;
