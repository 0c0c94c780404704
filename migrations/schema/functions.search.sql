-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.search_projects(name_prefix text, words text, attribute text, before_at timestamp with time zone, before_id uuid, max_rows integer)
 RETURNS TABLE(project_id uuid)
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER ROWS 20
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  tenant     uuid := app.tenant_id();
  first_name text := lower(name_prefix);
  -- U+10FFFF is no character: no name goes on with it.
  last_name  text := lower(name_prefix) || chr(1114111);
  query      tsquery := websearch_to_tsquery('simple', words);
  pair       jsonb := case when attribute is not null
                        then jsonb_build_object(split_part(attribute, ':', 1), substr(attribute, strpos(attribute, ':') + 1)) end;
begin
  -- No context; or nothing but punctuation, of which no project has a word.
  if tenant is null or numnode(query) = 0 then return; end if;
  if words is not null then
    return query
      select p.id from app.projects p
       where p.tenant_id = tenant
         and app.tenant_words(p.tenant_id, p.name || ' ' || p.description) @@ app.tenant_query(tenant, query)
         and (p.created_at, p.id) < (before_at, before_id)
         and (attribute is null or p.attributes @> pair)
         and (name_prefix is null or lower(p.name) ~>=~ first_name and lower(p.name) ~<~ last_name)
       order by p.created_at desc, p.id desc
       limit max_rows;
  elsif attribute is not null then
    return query
      select p.id from app.projects p
       where p.tenant_id = tenant
         and app.tenant_attributes(p.tenant_id, p.attributes) @> jsonb_build_object(tenant::text, pair)
         and (p.created_at, p.id) < (before_at, before_id)
         and (name_prefix is null or lower(p.name) ~>=~ first_name and lower(p.name) ~<~ last_name)
       order by p.created_at desc, p.id desc
       limit max_rows;
  else
    return query
      select p.id from app.projects p
       where p.tenant_id = tenant and lower(p.name) ~>=~ first_name and lower(p.name) ~<~ last_name
         and (p.created_at, p.id) < (before_at, before_id)
       order by p.created_at desc, p.id desc
       limit max_rows;
  end if;
end $function$;
GRANT EXECUTE ON FUNCTION app.search_projects(text,text,text,timestamp with time zone,uuid,integer) TO bulkhead_api;

CREATE OR REPLACE FUNCTION app.tenant_attributes(tenant uuid, attributes jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL RESTRICTED
RETURN ((((('{"'::text || (tenant)::text) || '":'::text) || (attributes)::text) || '}'::text))::jsonb;
GRANT EXECUTE ON FUNCTION app.tenant_attributes(uuid,jsonb) TO bulkhead_api, bulkhead_operator;

CREATE OR REPLACE FUNCTION app.tenant_query(tenant uuid, query tsquery)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL RESTRICTED
RETURN ((format('''%s'''::text, tenant))::tsquery && (regexp_replace((query)::text, '''((?:[^'']|'''')*)'''::text, ((''''::text || tenant) || ' \1'''::text), 'g'::text))::tsquery);

CREATE OR REPLACE FUNCTION app.tenant_words(tenant uuid, words text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL RESTRICTED
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
  return (select array_to_tsvector(array[tenant::text])
                 || coalesce(string_agg(format('''%s %s'':%s', tenant, replace(replace(left(w.lexeme, 500), '\', '\\'), '''', ''''''),
                                               array_to_string(w.positions, ',')), ' '), '')::tsvector
            from unnest(to_tsvector('simple', words)) as w);
end $function$;
GRANT EXECUTE ON FUNCTION app.tenant_words(uuid,text) TO bulkhead_api, bulkhead_operator;
