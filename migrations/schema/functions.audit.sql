-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION audit.changed(row_then jsonb, other jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL RESTRICTED
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return (select coalesce(jsonb_object_agg(f.key, f.value), '{}')
            from jsonb_each(row_then) f where f.value is distinct from other -> f.key);
end $function$;

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
end $function$;
