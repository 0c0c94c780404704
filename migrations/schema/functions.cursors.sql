-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.cursor_seal(key bytea, list text, place bytea)
 RETURNS bytea
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN substr(sha256((key || sha256(((key || convert_to(concat_ws('|'::text, 'cursor', list, app.claimed_tenant()), 'UTF8'::name)) || place)))), 1, 16);

CREATE OR REPLACE FUNCTION app.next_cursor(list text, claimed_at timestamp with time zone, claimed_id uuid, claimed_seal bytea, last_at timestamp with time zone, last_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  claimed bytea := timestamptz_send(claimed_at) || uuid_send(claimed_id);
  last    bytea := timestamptz_send(last_at) || uuid_send(last_id);
  next    text;
begin
  if claimed_seal is null and last is null then return null; end if;
  next := (select coalesce(translate(encode(last || app.cursor_seal(k.key, list, last), 'base64'), E'+/=\n', '-_'), '')
             from app.signing_keys k
            where app.signed(k.key)
              and (claimed_seal is null or sha256(claimed_seal) = sha256(app.cursor_seal(k.key, list, claimed))));
  if next is null then
    raise exception using errcode = 'BH400', message = 'cursor.invalid',
      detail = 'The cursor was not made by this list for this tenant. Start from the first page.';
  end if;
  return nullif(next, '');
end $function$;
GRANT EXECUTE ON FUNCTION app.next_cursor(text,timestamp with time zone,uuid,bytea,timestamp with time zone,uuid) TO bulkhead_api;
