-- Who changed a tenant, its members or its invitations.
--
-- The auth function spans tenants and opens no signed context, so its changes used to
-- carry the function's name. It knows who is signed in, though, and says so on its
-- connection: `app.identity` is `actor|request`. The word of that role is as good as
-- its rights, which are all of schema auth; nobody else can write there.
--
-- Without a word the function itself is the actor: somebody who signs up is nobody yet.

set local role bulkhead_owner;

create or replace function audit.record_identity() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  identity text := coalesce(nullif(current_setting('app.identity', true), ''), 'system:auth|auth');
  before   jsonb;
  after    jsonb;
  subject  jsonb;
begin
  if tg_op <> 'INSERT' then before := to_jsonb(old); end if;
  if tg_op <> 'DELETE' then after := to_jsonb(new); end if;
  subject := coalesce(after, before);

  insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, before, after, request_id)
  values (coalesce(subject ->> 'tenant_id', subject ->> 'id')::uuid, split_part(identity, '|', 1),
          tg_argv[0] || '.' || lower(tg_op), lower(tg_op), tg_table_name, (subject ->> 'id')::uuid,
          before, after, split_part(identity, '|', 2));
  return null;
end $$;
