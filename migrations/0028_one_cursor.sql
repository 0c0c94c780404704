-- Nothing asks for the two functions any longer that opened a cursor and sealed one, and stayed for the code before.

set local role bulkhead_owner;

drop function app.open_cursor(text, text);
drop function app.seal_cursor(text, timestamptz, uuid);

-- As before, and both seals are hashed before they are compared: how long that takes says nothing about the one that
-- was expected.
create or replace function app.next_cursor(
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
