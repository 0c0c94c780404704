-- Which rows of a tenant have changed while it moves, so that its pause looks at those and at no others,
-- however much the tenant has.
--
-- Every table that holds a tenant's rows has a trigger that notes the key of a changed row, while a move copies
-- the tenant (`app.note_change`). A move that has begun waits for the transactions that were open before: their
-- contexts don't say that changes are noted.

set local role bulkhead_owner;

-- One row for each change, because what was read before a change must be read again after it.
create table app.changes (
  tenant_id uuid not null,
  id        uuid not null default app.new_id(),
  relation  text not null,
  -- The primary key after tenant_id, as text.
  key       text[] not null,
  primary key (tenant_id, id)
);
select app.own_table('app.changes', audited => false, moves => false);

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

grant execute on function app.changes_since(uuid, xid8), app.forget_changes(uuid, xid8)
  to bulkhead_operator;
