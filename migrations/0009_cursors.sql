-- A cursor is a place in a list, sealed for the list and the tenant that it was made for: 24 bytes of place
-- (time, id) and 16 of seal, 54 characters of base64url.
--
-- The page's query reads the place from the cursor unchecked. The seal is checked afterwards, in the query
-- that seals the next cursor. Until then only the beginning of a page depends on the place; whose rows are
-- read from there on is the policy's to decide. A query of its own for the check was most of what a deep
-- page cost more than the first one (31 µs).

set local role bulkhead_owner;

-- Inlined into the query that calls it, like `app.mac`. The tenant is the one that the settings claim: the
-- caller checks the signature as well.
create function app.cursor_seal(key bytea, list text, place bytea) returns bytea
  language sql stable parallel restricted
  return substr(sha256(key || sha256(key
           || convert_to(concat_ws('|', 'cursor', list, app.claimed_tenant()), 'UTF8') || place)), 1, 16);

-- The cursor of the page after (last_at, last_id), null when those are. Raises BH400 for a claimed place
-- whose seal was not made for this list and this tenant, and without a context; a null seal claims the
-- first page.
--
-- Both seals are hashed before they are compared: the time says nothing about the seal that was expected.
create function app.next_cursor(
  list text, claimed_at timestamptz, claimed_id uuid, claimed_seal bytea, last_at timestamptz, last_id uuid
) returns text
  language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

grant execute on function app.next_cursor(text, timestamptz, uuid, bytea, timestamptz, uuid) to bulkhead_api;
