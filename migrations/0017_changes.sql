-- Which rows of a tenant have changed while it moves: so that its pause looks at those and at no
-- others, however much the tenant has.
--
-- Every table that a tenant consists of has a trigger that notes the key of a changed row. It is switched
-- off, and costs nothing, until a move begins; then it is on in both databases, for whoever writes,
-- a superuser who has switched the others off included.

set local role bulkhead_owner;

-- One note for each change, because what was read before a change must be read again after it.
create table app.changes (
  tenant_id uuid not null,
  id        uuid not null default gen_random_uuid(),
  relation  text not null,
  -- The primary key after tenant_id, as text.
  key       text[] not null,
  primary key (tenant_id, id)
);
alter table app.changes enable row level security;
alter table app.changes force row level security;
create policy definer_functions on app.changes to bulkhead_owner using (true) with check (true);

-- Takes the names of the key's columns. What the operator copies in bulk is compared as a whole afterwards,
-- and not noted.
create function app.note_change() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if session_user = 'bulkhead_operator' and current_setting('app.copying', true) = 'in bulk' then return null; end if;
  if not exists (select from app.moves m
                  where m.tenant_id in (old.tenant_id, new.tenant_id)
                    and m.kind = 'move' and m.state = 'copying' and m.part <> 'witness') then
    return null;
  end if;
  insert into app.changes (tenant_id, relation, key)
  select distinct (r.content ->> 'tenant_id')::uuid, format('%I.%I', tg_table_schema, tg_table_name), k.key
    from (values (to_jsonb(old)), (to_jsonb(new))) as r (content),
         lateral (select array_agg(r.content ->> a.name order by a.n) as key
                    from unnest(tg_argv) with ordinality as a (name, n)) k
   where r.content is not null;
  return null;
end $$;

-- As before, but for what stays, and for the trigger that notes changes: it is to run for each copied row.
create or replace function app.tenant_tables()
  returns table (name text, shared boolean, row_columns text[], column_types text[], row_key text[], refers_to text[], refusal text)
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with stays (relation, reason) as (values
    ('app.api_keys'::regclass, 'A credential: it is looked up at home, wherever its tenant lives.'),
    ('app.moves'::regclass, 'Each place keeps its own part of a move.'),
    ('app.changes'::regclass, 'What changed in this place while a tenant moved.')),
  tables as (
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, n.nspname as schema,
           (select array_agg(a.attname::text order by k.n)
              from pg_index i, unnest(i.indkey::smallint[]) with ordinality as k (attnum, n)
              join pg_attribute a on a.attnum = k.attnum
             where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid) as row_key
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where n.nspname in ('app', 'audit') and c.relkind in ('r', 'p') and not c.relispartition
       and c.oid not in (select s.relation from stays s)),
  faults as (
    select t.oid, 'has no primary key that begins with tenant_id and goes on: its rows can''t be told apart' as fault
      from tables t where t.row_key[1] is distinct from 'tenant_id' or cardinality(t.row_key) < 2
    union all
    select t.oid, format('counts %I by itself: an identity belongs to its database', a.attname)
      from tables t join pg_attribute a on a.attrelid = t.oid where a.attidentity <> ''
    union all
    select t.oid, format('has the trigger %I, which would run again for each copied row: make it a constraint trigger or an audit trigger', g.tgname)
      from tables t
      join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal and g.tgconstraint = 0 and g.tgenabled <> 'D'
      join pg_proc p on p.oid = g.tgfoid and p.pronamespace <> 'audit'::regnamespace
     where p.oid <> 'app.note_change()'::regprocedure
    union all
    select t.oid, format('refers to %s by %I, which does not move: keep the id without the constraint', f.confrelid::regclass, f.conname)
      from tables t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f'
     where f.confrelid <> 'auth.tenants'::regclass and f.confrelid not in (select o.oid from tables o)
    union all
    select t.oid, format('refers to itself by %I: a batch may hold a row and not the one it refers to', f.conname)
      from tables t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f' and f.confrelid = t.oid
    union all
    select t.oid, format('changes with what it refers to by %I: only NO ACTION and CASCADE survive that a row is replaced', f.conname)
      from tables t join pg_constraint f on f.conrelid = t.oid and f.contype = 'f' and f.confrelid <> t.oid
     where f.confdeltype not in ('a', 'c') and f.confrelid in (select o.oid from tables o))
  select t.name, t.schema = 'audit' or t.oid = 'app.idempotency_keys'::regclass,
         c.names, c.types, t.row_key[2:],
         array(select distinct o.name from pg_constraint f join tables o on o.oid = f.confrelid
                where f.conrelid = t.oid and f.contype = 'f' and o.oid <> t.oid order by 1),
         (select string_agg(f.fault, '; ' order by f.fault) from faults f where f.oid = t.oid)
    from tables t,
         -- What PostgreSQL generates, it generates again.
         lateral (select array_agg(a.attname::text order by a.attnum) as names,
                         array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
                    from pg_attribute a
                   where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') c
   order by 1;
end $$;

-- Switches a table's notes on, or off again when no move needs them any more. A table that was made since
-- the last move gets its trigger here. One table in a transaction: this waits for whoever is writing it
-- and makes the others wait meanwhile, for a fifth of a second at most (55P03: try again).
--
-- Whoever begins to move looks here after their move is known, and whoever ends one asks under the same
-- lock whether there is another: nobody's notes are switched off.
create function app.watch_changes(watched text, watching boolean) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  subject record;
begin
  perform pg_advisory_xact_lock(hashtextextended('watch changes', 0));
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
  if subject.state is null then
    execute format('create trigger note_change after insert or update or delete on %s for each row execute function app.note_change(%s)',
      subject.name, (select string_agg(quote_literal(k.name), ', ' order by k.n) from unnest(subject.row_key) with ordinality as k (name, n)));
  end if;
  if watching and subject.state is distinct from 'A' then
    execute format('alter table %s enable always trigger note_change', subject.name);
  elsif not watching and subject.state is distinct from 'D' then
    execute format('alter table %s disable trigger note_change', subject.name);
  end if;
end $$;

do $$
declare
  watched text;
begin
  for watched in select t.name from app.tenant_tables() t loop
    perform app.watch_changes(watched, false);
  end loop;
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

-- Forgets the notes from before the given transaction, and those that no move needs any more.
create function app.forget_changes(move uuid, horizon xid8) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  delete from app.changes c using app.moves m
   where m.id = move and c.tenant_id = m.tenant_id
     and (m.state <> 'copying' or not age(c.xmin) between 0 and age(horizon::xid));
end $$;

-- What a move was compared by: rows and a checksum of all of them, table by table, at the moment of
-- its switch. Of both places, because they were equal.
alter table app.moves add column checksums jsonb;

create function app.note_checksums(move uuid, given jsonb) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.moves m
     set checksums = given, row_count = (select sum((c.value ->> 'rows')::bigint) from jsonb_each(given) c)
   where m.id = move and m.state = 'switched';
end $$;

grant execute on function
    app.watch_changes(text, boolean), app.changes_since(uuid, xid8), app.forget_changes(uuid, xid8), app.note_checksums(uuid, jsonb)
  to bulkhead_operator;
