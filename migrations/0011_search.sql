-- Projects are found by the beginning of their name, by words, and by attributes that the tenant gives them.
--
-- Under row level security an index serves only operators that are leakproof, and neither `@@` nor `@>` nor
-- `lower` is: PostgreSQL would look at every row of the tenant. So one function searches as the owner, with
-- the tenant in the query itself, and returns ids. The rows are then read under the policy, like any
-- others: a mistake here could at most name an id that shows nothing.

set local role bulkhead_owner;

-- By bytes, whatever the locale, so that a beginning is one range.
create index projects_name on app.projects (tenant_id, lower(name) text_pattern_ops);

-- A GIN index has one entry for a key, with the rows of all tenants that hold it. So the tenant is part of
-- each key: no entry is shared, and none is sized, cut off or estimated by what another tenant has.

-- The words of a text, each after the tenant's id, and the tenant's id alone, which finds all of its rows.
-- Without a dictionary, because a tenant's names are in no one language. A word is cut after 500 characters:
-- with the id before it a longer one could exceed a lexeme's 2,046 bytes.
create function app.tenant_words(tenant uuid, words text) returns tsvector
  language plpgsql immutable parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select array_to_tsvector(array[tenant::text])
                 || coalesce(string_agg(format('''%s %s'':%s', tenant, replace(replace(left(w.lexeme, 500), '\', '\\'), '''', ''''''),
                                               array_to_string(w.positions, ',')), ' '), '')::tsvector
            from unnest(to_tsvector('simple', words)) as w);
end $$;

-- The same words as a query: of the tenant's rows, those that have them.
create function app.tenant_query(tenant uuid, query tsquery) returns tsquery
  language sql immutable parallel restricted
  return format('''%s''', tenant)::tsquery
      && regexp_replace(query::text, '''((?:[^'']|'''')*)''', '''' || tenant || ' \1''', 'g')::tsquery;

-- The tenant is the outermost name, and jsonb_path_ops keeps a hash of names and value together.
create function app.tenant_attributes(tenant uuid, attributes jsonb) returns jsonb
  language sql immutable parallel restricted
  return ('{"' || tenant::text || '":' || attributes::text || '}')::jsonb;

create index projects_words on app.projects using gin (app.tenant_words(tenant_id, name || ' ' || description));
create index projects_attributes on app.projects using gin (app.tenant_attributes(tenant_id, attributes) jsonb_path_ops);

-- A page of the tenant's projects, the newest first, from a place on. A condition that is null is left out;
-- the others must all hold. `attribute` is `name:value`. The tenant comes from the signed context: without
-- one, nothing is found.
--
-- Each branch leads by the index that its own condition is in: one query with all conditions optional would
-- be planned for none of them. The first condition of each is all that keeps tenants apart here; that the
-- indexes hold the tenant too only makes the scans short.
create function app.search_projects(
    name_prefix text, words text, attribute text, before_at timestamptz, before_id uuid, max_rows integer)
  returns table (project_id uuid)
  language plpgsql stable security definer parallel restricted rows 20
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- The roles that write projects maintain the indexes.
grant execute on function app.tenant_words(uuid, text), app.tenant_attributes(uuid, jsonb) to bulkhead_api, bulkhead_operator;
grant execute on function app.search_projects(text, text, text, timestamptz, uuid, integer) to bulkhead_api;
