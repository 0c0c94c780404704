-- A page's cursor is checked and the next one sealed in one query, after the page is read. Whoever asks reads
-- the place from the cursor; until then nothing depends on it but where in a list a page begins, and whose
-- rows are read from there on is the policy's to say. Opening a cursor was most of what a deep page cost more than the
-- first one (31 µs: two thirds for taking the text apart and for a query of its own).
--
-- `open_cursor` and `seal_cursor` stay for the code that runs while this is deployed.

set local role bulkhead_owner;

-- The cursor of the page after (last_at, last_id), null when those are. Raises BH400 for a claimed place whose
-- seal was not put there for this list and this tenant; a null seal claims the first page.
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
              and (claimed_seal is null or claimed_seal = app.cursor_seal(k.key, list, claimed)));
  if next is null then
    raise exception using errcode = 'BH400', message = 'cursor.invalid',
      detail = 'The cursor was not made by this list for this tenant. Start from the first page.';
  end if;
  return nullif(next, '');
end $$;

grant execute on function app.next_cursor(text, timestamptz, uuid, bytea, timestamptz, uuid) to bulkhead_api;
