-- Who changed what. A trigger writes it, from the signed context, so no code can leave it out; and because
-- there is no context without a credential, there is no write without an author.
--
-- The trail is kept apart from the data that it describes: its own schema, its own indexes, and no foreign
-- key, so that it outlives that data.

set local role bulkhead_owner;

create table audit.events (
  tenant_id   uuid not null,
  id          uuid not null default app.new_id(),
  -- The clock, not the transaction's start: two changes of one request keep their order.
  occurred_at timestamptz not null default clock_timestamp(),
  actor       text not null,
  action      text not null,
  operation   text not null,
  target_type text not null,
  target_id   uuid not null,
  before      jsonb,
  after       jsonb,
  request_id  text not null,
  primary key (tenant_id, id)
);
create index on audit.events (tenant_id, occurred_at desc, id desc);
create index on audit.events (tenant_id, target_id, occurred_at desc, id desc);

-- Written by triggers only, and not audited itself.
select app.own_table('audit.events', read_by => '{audit:read}', audited => false);

-- Writes one event a row. The argument, if there is one, is a JSON object that is laid over before and
-- after: `{"token_hash": "[redacted]"}` keeps a value out of the trail.
--
-- The action is what the caller claims to do; operation, before and after are what happened. In an insert
-- `old` is null, in a delete `new` is.
--
-- Rows that the operator copies are moved and not changed. The operator has no signed context, and is let
-- through; any other write without one is refused.
create function audit.record() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, before, after, request_id)
  select app.claimed_tenant(), c.context[2], c.context[5], lower(tg_op), tg_table_name, coalesce(new.id, old.id),
         to_jsonb(old) || c.redacted, to_jsonb(new) || c.redacted, c.context[4]
    from app.signing_keys k,
         lateral (select string_to_array(current_setting('app.ctx', true), '|') as context,
                         coalesce(tg_argv[0]::jsonb, '{}') as redacted) c
   where app.signed(k.key)
     and app.claimed_tenant() = coalesce(new.tenant_id, old.tenant_id);
  if not found and session_user <> 'bulkhead_operator' then
    raise exception using errcode = 'BH403', message = 'context.missing',
      detail = 'Nothing is written outside the context of its own tenant.';
  end if;
  return null;
end $$;

-- Identity is written by the auth function, which spans tenants and opens no context. It knows who is
-- signed in, and says so on its connection: `app.identity` is `actor|request`. That role's word is as good
-- as its rights, which are all of schema auth; no other role can write there. Without it the function
-- itself is the actor: a sign-up has no user yet.
--
-- What the operator does to a tenant's row is recorded as its move, unless it sets `app.identity`.
create function audit.record_identity() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  said     text := nullif(current_setting('app.identity', true), '');
  identity text := coalesce(said, 'system:auth|auth');
  before   jsonb;
  after    jsonb;
  subject  jsonb;
begin
  if said is null and session_user = 'bulkhead_operator' then return null; end if;
  if tg_op <> 'INSERT' then before := to_jsonb(old); end if;
  if tg_op <> 'DELETE' then after := to_jsonb(new); end if;
  subject := coalesce(after, before);

  insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, before, after, request_id)
  values (coalesce(subject ->> 'tenant_id', subject ->> 'id')::uuid, split_part(identity, '|', 1),
          tg_argv[0] || '.' || lower(tg_op), lower(tg_op), tg_table_name, (subject ->> 'id')::uuid,
          before, after, split_part(identity, '|', 2));
  return null;
end $$;

create trigger record after insert or update or delete on auth.tenants
  for each row execute function audit.record_identity('tenant');
create trigger record after insert or update or delete on auth.members
  for each row execute function audit.record_identity('member');
create trigger record after insert or update or delete on auth.invitations
  for each row execute function audit.record_identity('invitation');
