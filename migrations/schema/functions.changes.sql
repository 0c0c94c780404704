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
