-- A cursor is sealed and opened in one query each. And its alphabet is looked at without counting: `{54}` in
-- a pattern costs fourteen microseconds, half of what a deep page may cost more than the first one.

set local role bulkhead_owner;

-- Becomes part of the query that asks, like `signature`. The tenant is the one that the settings claim:
-- whoever seals looks at the signature as well. Whoever opens need not: a place is no secret of its
-- cursor's, and whose rows are read from there on is the policy's to say.
create function app.cursor_seal(key bytea, list text, place bytea) returns bytea
  language sql stable parallel restricted
  return substr(sha256(key || sha256(key
           || convert_to(concat_ws('|', 'cursor', list, app.claimed_tenant()), 'UTF8') || place)), 1, 16);

-- As before. Null without a context.
create or replace function app.seal_cursor(list text, row_at timestamptz, row_id uuid) returns text
  language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  place bytea := timestamptz_send(row_at) || uuid_send(row_id);
begin
  return (select translate(encode(place || app.cursor_seal(k.key, list, place), 'base64'), E'+/=\n', '-_')
            from app.signing_keys k where app.signed(k.key));
end $$;

create or replace function app.open_cursor(list text, cursor text, out row_at timestamptz, out row_id uuid)
  language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  sealed bytea;
begin
  if cursor is null then return; end if;
  if length(cursor) = 54 and cursor !~ '[^A-Za-z0-9_-]' then
    sealed := decode(translate(cursor, '-_', '+/') || '==', 'base64');
  end if;
  -- timestamptz_send writes microseconds since 2000-01-01.
  select timestamptz '2000-01-01 00:00:00+00'
           + ('x' || encode(substr(sealed, 1, 8), 'hex'))::bit(64)::bigint * interval '1 microsecond',
         encode(substr(sealed, 9, 16), 'hex')::uuid
    into row_at, row_id
    from app.signing_keys k
   where substr(sealed, 25) = app.cursor_seal(k.key, list, substr(sealed, 1, 24));
  if found then return; end if;
  raise exception using errcode = 'BH400', message = 'cursor.invalid',
    detail = 'The cursor was not made by this list for this tenant. Start from the first page.';
end $$;

drop function app.cursor_seal(text, bytea);
