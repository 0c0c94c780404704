-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.changes_since(move uuid, horizon xid8)
 RETURNS TABLE(relation text, key text[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query
  select distinct c.relation, c.key
    from app.moves m
    join app.changes c on c.tenant_id = m.tenant_id
   where m.id = move and m.finished_at is null and age(c.xmin) between 0 and age(horizon::xid);
end $function$;
GRANT EXECUTE ON FUNCTION app.changes_since(uuid,xid8) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.forget_changes(move uuid, horizon xid8)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  delete from app.changes c using app.moves m
   where m.id = move and c.tenant_id = m.tenant_id
     and (m.state <> 'copying' or not age(c.xmin) between 0 and age(horizon::xid));
end $function$;
GRANT EXECUTE ON FUNCTION app.forget_changes(uuid,xid8) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.watch_changes(watched text, watching boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  subject record;
begin
  lock table app.moves in share row exclusive mode;
  select t.name, t.row_key, g.tgenabled as state into subject
    from app.tenant_tables() t
    left join pg_trigger g on g.tgrelid = t.name::regclass and g.tgname = 'note_change'
   where t.name = watched and t.refusal is null;
  if not found then
    raise exception using errcode = 'BH404', message = 'table.missing', detail = format('No tenant has rows in %s.', watched);
  end if;
  if not watching and exists (select from app.moves m
                               where m.kind = 'move' and m.state = 'copying' and m.part <> 'witness') then
    return;
  end if;

  perform set_config('lock_timeout', '200ms', true);
  if watching and subject.state is distinct from 'A' then
    execute format('alter table %s enable always trigger note_change', subject.name);
  elsif not watching and subject.state is distinct from 'D' then
    execute format('alter table %s disable trigger note_change', subject.name);
  end if;
end $function$;
GRANT EXECUTE ON FUNCTION app.watch_changes(text,boolean) TO bulkhead_operator;
