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

-- The fields of a row that another version of it has otherwise, or not at all.
create function audit.changed(row_then jsonb, other jsonb) returns jsonb
  language plpgsql immutable parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select coalesce(jsonb_object_agg(f.key, f.value), '{}')
            from jsonb_each(row_then) f where f.value is distinct from other -> f.key);
end $$;

-- Writes one event a row. The action is what the caller claims to do; operation, before and after are what
-- happened: of an insert the new row, of a delete the old one, of an update the columns that it changed, as
-- they were and as they are. In an insert `old` is null, in a delete `new` is.
--
-- Its arguments are two lists of columns. Those of the first are secret, and read `[redacted]`. Those of the
-- second are bookkeeping and never recorded; an update of nothing else is no event. A column that a runtime
-- role may change is never bookkeeping, so that no role can change a row unseen.
--
-- Rows that the operator copies are moved and not changed. The operator has no signed context, and is let
-- through; any other write without one is refused.
create function audit.record() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  secret      text[] := coalesce(tg_argv[0], '{}');
  bookkeeping text[] := coalesce(tg_argv[1], '{}');
  row_before  jsonb := to_jsonb(old) - bookkeeping;
  row_after   jsonb := to_jsonb(new) - bookkeeping;
  before      jsonb := row_before;
  after       jsonb := row_after;
  name        text;
begin
  if tg_op = 'UPDATE' then
    if row_before = row_after then return null; end if;
    before := audit.changed(row_before, row_after);
    after := audit.changed(row_after, row_before);
  end if;
  foreach name in array secret loop
    if before ? name then before := jsonb_set(before, array[name], '"[redacted]"'); end if;
    if after ? name then after := jsonb_set(after, array[name], '"[redacted]"'); end if;
  end loop;

  insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, before, after, request_id)
  select app.claimed_tenant(), c.context[2], c.context[5], lower(tg_op), tg_table_name, coalesce(new.id, old.id),
         before, after, c.context[4]
    from app.signing_keys k,
         lateral (select string_to_array(current_setting('app.ctx', true), '|') as context) c
   where app.signed(k.key)
     and app.claimed_tenant() = coalesce(new.tenant_id, old.tenant_id);
  if not found and session_user <> 'bulkhead_operator' then
    raise exception using errcode = 'BH403', message = 'context.missing',
      detail = 'Nothing is written outside the context of its own tenant.';
  end if;
  return null;
end $$;

-- Identity is written by the auth function, which spans tenants and opens no context. It sets the
-- user who is signed in on its connection: `app.identity` is `actor|request`. The setting is trusted as far as
-- the role's rights, which are all of schema auth; no other role can write there. Without it the function
-- itself is the actor: a sign-up has no user yet.
--
-- What the operator does to a tenant's row is recorded as its move, unless it sets `app.identity`.
--
-- Its arguments are what the action begins with, and columns that are bookkeeping.
create function audit.record_identity() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  setting     text := nullif(current_setting('app.identity', true), '');
  identity    text := coalesce(setting, 'system:auth|auth');
  bookkeeping text[] := coalesce(tg_argv[1], '{}');
  before      jsonb := to_jsonb(old) - bookkeeping;
  after       jsonb := to_jsonb(new) - bookkeeping;
  subject     jsonb := coalesce(after, before);
begin
  if setting is null and session_user = 'bulkhead_operator' then return null; end if;
  if tg_op = 'UPDATE' then
    if before = after then return null; end if;
    before := audit.changed(before, subject);
    after := audit.changed(subject, to_jsonb(old));
  end if;

  insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, before, after, request_id)
  values (coalesce(subject ->> 'tenant_id', subject ->> 'id')::uuid, split_part(identity, '|', 1),
          tg_argv[0] || '.' || lower(tg_op), lower(tg_op), tg_table_name, (subject ->> 'id')::uuid,
          before, after, split_part(identity, '|', 2));
  return null;
end $$;

create trigger record after insert or update or delete on auth.tenants
  for each row execute function audit.record_identity('tenant', '{writes_paused_until,changes_noted,status_at}');
create trigger record after insert or update or delete on auth.members
  for each row execute function audit.record_identity('member');
create trigger record after insert or update or delete on auth.invitations
  for each row execute function audit.record_identity('invitation');
