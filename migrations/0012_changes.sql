-- Which rows of a tenant have changed while it moves, so that its pause looks at those and at no others,
-- however much the tenant has.
--
-- Every table that holds a tenant's rows has a trigger that records the key of a changed row. It is disabled,
-- and costs nothing, until a move begins; then it is enabled in both databases for every writer, including a
-- superuser who has switched the other triggers off.

set local role bulkhead_owner;

-- One row for each change, because what was read before a change must be read again after it.
create table app.changes (
  tenant_id uuid not null,
  id        uuid not null default gen_random_uuid(),
  relation  text not null,
  -- The primary key after tenant_id, as text.
  key       text[] not null,
  primary key (tenant_id, id)
);
select app.own_table('app.changes', audited => false, moves => false);

-- Enables a table's trigger, or disables it when no move needs it any more. One table in a transaction: this waits for the transactions that are
-- writing the table and blocks the others meanwhile, for a fifth of a second at most (55P03: try again).
--
-- A command that begins to move calls this after its move is recorded, and one that ends a move checks under
-- the same lock whether there is another: no move's trigger is disabled. The lock is on a table that no
-- runtime role has a right to, so that none can hold it.
create function app.watch_changes(watched text, watching boolean) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- The keys of rows that transactions from the given one on have changed, each once.
create function app.changes_since(move uuid, horizon xid8) returns table (relation text, key text[])
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select distinct c.relation, c.key
    from app.moves m
    join app.changes c on c.tenant_id = m.tenant_id
   where m.id = move and m.finished_at is null and age(c.xmin) between 0 and age(horizon::xid);
end $$;

-- Deletes the records from before the given transaction, and those that no move needs any more.
create function app.forget_changes(move uuid, horizon xid8) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  delete from app.changes c using app.moves m
   where m.id = move and c.tenant_id = m.tenant_id
     and (m.state <> 'copying' or not age(c.xmin) between 0 and age(horizon::xid));
end $$;

grant execute on function
    app.watch_changes(text, boolean), app.changes_since(uuid, xid8), app.forget_changes(uuid, xid8)
  to bulkhead_operator;
