-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION audit.record()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION audit.record_identity()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
