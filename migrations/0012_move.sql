-- A tenant moves: from the database that it shares to one of its own, and back.
--
-- The operator's command copies the tenant's rows while the tenant works, pauses its writes, copies what has
-- changed, and has home switch `auth.tenants.placement`. It logs in as a role of its own, which owns
-- nothing, reads one tenant's rows while that tenant's move is open, and writes them only in the database
-- where the tenant does not live.

set local role bulkhead_owner;

-- ---------------------------------------------------------------- The record of a move

-- Moves, restores and exports, open and ended. Both databases of a move hold a row of the same id: home's is
-- the truth, the other one is the permit there.
--
--   copying    rows travel, the tenant works where it was
--   switched   the tenant lives in the new place; the old rows are neither served nor written
--   finished   the old rows are gone
--   aborted    given up before the switch; the copy is gone
--
-- A restore and an export are `copying` until they are `finished`; a restore has no source, an export no
-- target.
create table app.moves (
  tenant_id   uuid not null,
  id          uuid not null default app.new_id(),
  kind        text not null,
  from_place  text not null,
  to_place    text not null,
  -- What this database is in it.
  part        text not null,
  state       text not null default 'copying',
  -- sha256 of the archive's manifest, in hex, of an export or a restore.
  archive     text check (archive ~ '^[0-9a-f]{64}$'),
  -- Rows that a transaction from here on has written may differ from their copy.
  copied_from xid8,
  -- The same for what the source held when the tenant left it: nothing may have come later.
  left_at     xid8,
  -- Milliseconds in which the tenant could not write, and rows that moved.
  pause_ms    integer,
  row_count   bigint,
  -- What the two places were compared by: rows and a checksum of all of them, table by table, at the moment
  -- of the switch. Of both places, because they were equal then.
  checksums   jsonb,
  started_at  timestamptz not null default now(),
  switched_at timestamptz,
  -- Until when the old rows stay, after the switch.
  keep_until  timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  constraint moves_state check (
    kind in ('move', 'restore', 'export') and part in ('source', 'target', 'witness') and
    case state
      when 'copying'  then finished_at is null and switched_at is null
      when 'switched' then finished_at is null and switched_at is not null
      when 'finished' then finished_at is not null
      when 'aborted'  then finished_at is not null and switched_at is null
      else false
    end)
);
-- One at a time. An export only reads, and may run beside either.
create unique index moves_open on app.moves (tenant_id) where finished_at is null and kind <> 'export';

select app.own_table('app.moves', audited => false, moves => false);

-- A move is an event of its tenant's, in the trail of the place where the tenant lives at that moment; the
-- row of the other place records nothing. The operator has no context. `app.operator` and `app.request` name
-- the operator and the request where the caller sets them; a command on a laptop sets neither.
create function audit.record_move() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  move  app.moves := coalesce(new, old);
  step  text := case when new is null then 'forget' when new.state = 'copying' then 'begin' when new.state = 'switched' then 'switch'
                     when new.state = 'finished' then 'finish' else 'abort' end;
  lives text := case when move.kind = 'export' or move.kind = 'move' and move.state in ('copying', 'aborted')
                     then 'source' else 'target' end;
begin
  if move.part <> lives then return null; end if;
  insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, before, after, request_id)
  values (move.tenant_id, coalesce('operator:' || nullif(current_setting('app.operator', true), ''), 'system:operator'),
          format('tenant.%s.%s', move.kind, step), lower(tg_op), 'moves', move.id,
          case tg_op when 'UPDATE' then audit.changed(to_jsonb(old), to_jsonb(new)) else to_jsonb(old) end,
          case tg_op when 'UPDATE' then audit.changed(to_jsonb(new), to_jsonb(old)) else to_jsonb(new) end,
          coalesce(nullif(current_setting('app.request', true), ''), 'operator'));
  return null;
end $$;

-- A tenant's row says whether its changes are noted: while it is being copied, in both databases of the move.
create function app.mark_copied() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  move    app.moves := coalesce(new, old);
  copying boolean := exists (select from app.moves m
                              where m.tenant_id = move.tenant_id and m.kind = 'move' and m.state = 'copying' and m.part <> 'witness');
begin
  update auth.tenants t set changes_noted = copying where t.id = move.tenant_id and t.changes_noted <> copying;
  return null;
end $$;

create trigger mark_copied after insert or update of state or delete on app.moves
  for each row execute function app.mark_copied();

create trigger record after insert or delete on app.moves
  for each row execute function audit.record_move();
create trigger record_state after update on app.moves
  for each row when (old.state is distinct from new.state) execute function audit.record_move();

-- ---------------------------------------------------------------- What a tenant consists of

-- Which tables hold a tenant's rows, from the catalog: a new table is moved without being listed anywhere, or
-- is refused by name before a move begins. In no order; `refers_to` names the tables that must be copied
-- first.
--
-- `shared` marks what home goes on writing for a tenant that lives elsewhere: what happens to its members
-- and its keys. Rows that come back are added to those.
create function app.tenant_tables()
  returns table (name text, shared boolean, row_columns text[], column_types text[], row_key text[], refers_to text[], refusal text)
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with stays (relation, reason) as (values
    ('app.api_keys'::regclass, 'A credential: it is looked up at home, wherever its tenant lives.'),
    ('app.moves'::regclass, 'Each place keeps its own part of a move.'),
    ('app.job_slots'::regclass, 'Each place provides the slots of its tenants.'),
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
    select t.oid, 'has no primary key that begins with tenant_id and goes on: its rows can''t be home_row apart' as fault
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
     where f.confdeltype not in ('a', 'c') and f.confrelid in (select o.oid from tables o)
    union all
    select t.oid, 'was not given to its tenants by app.own_table, or its primary key has changed since: call it, in a migration'
      from tables t
     where (select count(*) from pg_policy p where p.polrelid = t.oid and p.polname in ('operator_reads', 'operator_writes')) < 2
        or not exists (select from pg_trigger g
                        where g.tgrelid = t.oid and g.tgname = 'note_change' and g.tgenabled = 'A'
                          and g.tgargs = (select string_agg(convert_to(k.name, 'UTF8') || '\x00', '' order by k.n)
                                            from unnest(t.row_key[2:]) with ordinality as k (name, n))))
  select t.name, t.schema = 'audit' or t.oid = 'app.idempotency_keys'::regclass,
         c.names, c.types, t.row_key[2:],
         array(select distinct o.name from pg_constraint f join tables o on o.oid = f.confrelid
                where f.conrelid = t.oid and f.contype = 'f' and o.oid <> t.oid order by 1),
         (select string_agg(f.fault, '; ' order by f.fault) from faults f where f.oid = t.oid)
    from tables t,
         -- The target generates its generated columns itself.
         lateral (select array_agg(a.attname::text order by a.attnum) as names,
                         array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
                    from pg_attribute a
                   where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') c
   order by 1;
end $$;

-- Analyzes a table that a tenant is being copied into, for the operator, which owns no table and so can't.
-- Until then the planner believes that the tenant has next to no rows there, and reads all of them for each
-- batch of keys: a pause over 200,000 rows took 0.3 to 0.6 s instead of 0.03.
--
-- Raises BH404 for a table that tenants' rows are not copied into.
create function app.take_statistics(relation text) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  known text;
begin
  select t.name into known from app.tenant_tables() t where t.name = relation;
  if known is null then
    raise exception using errcode = 'BH404', message = 'table.unknown', detail = 'No tenant has rows of its own there.';
  end if;
  execute 'analyze ' || known;
end $$;

-- ---------------------------------------------------------------- What the operator asks before it begins

-- The migrations that were applied: both sides of a move, and an archive and its target, must have the same.
create function app.ledger() returns table (name text, checksum text)
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query select m.name, m.checksum from public.schema_migrations m order by m.name;
end $$;

-- Tenants and where they live, with the move that is open. By id, by slug, or all of them.
create function app.find_tenants(wanted text default null)
  returns table (id uuid, slug text, name text, status text, placement text, job_limit integer,
                 writes_paused_until timestamptz, move jsonb)
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select t.id, t.slug, t.name, t.status, t.placement, t.job_limit, t.writes_paused_until,
         (select to_jsonb(m) from app.moves m where m.tenant_id = t.id and m.finished_at is null and m.kind <> 'export')
    from auth.tenants t
   where wanted is null or t.slug = wanted or t.id::text = lower(wanted)
   order by t.slug;
end $$;

-- Which database this is, and the keys that it shares with others: a tenant can live only in a database that
-- accepts home's assertions.
create function app.this_place() returns table (place text, pairings text[])
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select k.database, array(select a.database || ' ' || a.id from app.assertion_keys a where a.valid_until > now() order by 1)
    from app.signing_keys k;
end $$;

-- Moves are decided at home, and in no other database.
create function app.refuse_elsewhere() returns void
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from app.this_place() p where p.place = 'home') then return; end if;
  raise exception using errcode = 'BH403', message = 'move.elsewhere', detail = 'Only the home database decides where a tenant lives.';
end $$;

-- Every move, restore and export of a tenant that this database has a row of, the oldest first.
create function app.moves_of(tenant uuid) returns setof jsonb
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query select to_jsonb(m) from app.moves m where m.tenant_id = tenant order by m.started_at, m.id;
end $$;

-- ---------------------------------------------------------------- The steps of a move, in their order

-- Begins a move at home, or returns the one that is open if it is the same. Turning back within the grace
-- time ends the move there: the rows that were kept are what the new one replaces.
--
-- Raises BH404 (no such tenant) or BH409 (it lives there already, or is being moved elsewhere).
create function app.begin_move(tenant uuid, destination text) returns jsonb
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  origin text;
  open   app.moves;
begin
  perform app.refuse_elsewhere();
  select t.placement into origin from auth.tenants t where t.id = tenant for update;
  if not found then
    raise exception using errcode = 'BH404', message = 'tenant.missing', detail = 'There is no such tenant.';
  end if;
  select m.* into open from app.moves m where m.tenant_id = tenant and m.finished_at is null;
  if open.kind = 'move' and open.to_place = destination then return to_jsonb(open); end if;
  if open.state = 'switched' then
    update app.moves m set state = 'finished', finished_at = now() where m.tenant_id = tenant and m.id = open.id;
  elsif open.id is not null then
    raise exception using errcode = 'BH409', message = 'move.open',
      detail = format('A %s to %s is under way. Finish or abort it first.', open.kind, open.to_place);
  end if;
  if origin = destination then
    raise exception using errcode = 'BH409', message = 'move.same_place', detail = format('The tenant lives in %s already.', origin);
  end if;

  insert into app.moves as m (tenant_id, kind, from_place, to_place, part)
  values (tenant, 'move', origin, destination,
          case 'home' when origin then 'source' when destination then 'target' else 'witness' end)
  returning m.* into open;
  return to_jsonb(open);
end $$;

-- Brings this database's row of a move in step with home's.
create function app.follow_move(given jsonb) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  home_row app.moves := jsonb_populate_record(null::app.moves, given);
  here text := (select p.place from app.this_place() p);
begin
  if here not in (home_row.from_place, home_row.to_place) then return; end if;
  home_row.part := case here when home_row.from_place then 'source' else 'target' end;
  insert into app.moves values (home_row.*)
  on conflict (tenant_id, id) do update
    set (state, copied_from, left_at, pause_ms, row_count, switched_at, keep_until, finished_at)
      = (excluded.state, excluded.copied_from, excluded.left_at, excluded.pause_ms, excluded.row_count,
         excluded.switched_at, excluded.keep_until, excluded.finished_at);
end $$;

-- The tenant's own row, which another place needs before the tenant can live there.
create function app.tenant_row(tenant uuid) returns jsonb
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select to_jsonb(t) from auth.tenants t where t.id = tenant);
end $$;

-- Writes that row in the other place. The slug stays home's: two tenants may have it in turn. The tenant's
-- status comes from home, with every assertion.
create function app.host_tenant(given jsonb) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  tenant auth.tenants := jsonb_populate_record(null::auth.tenants, given);
begin
  tenant.placement := (select p.place from app.this_place() p where p.place <> 'home');
  tenant.slug := 'tenant-' || tenant.id;
  tenant.writes_paused_until := null;
  tenant.changes_noted := false;
  tenant.status_at := null;
  insert into auth.tenants values (tenant.*)
  on conflict (id) do update
    set (name, slug, status, job_limit, placement, writes_paused_until, status_at)
      = (excluded.name, excluded.slug, excluded.status, excluded.job_limit, excluded.placement,
         excluded.writes_paused_until, excluded.status_at);
end $$;

-- From which transaction on the source's rows may differ from their copies.
create function app.note_copy(move uuid, horizon xid8) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.moves m set copied_from = horizon where m.id = move and m.state = 'copying';
end $$;

-- Refuses the tenant's writes for so many seconds from now, or for none: the pause is over. It ends by
-- itself, so that a command that dies in it blocks no tenant.
create function app.pause_writes(move uuid, seconds integer) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update auth.tenants t
     set writes_paused_until = case when seconds > 0 then clock_timestamp() + make_interval(secs => seconds) end
    from app.moves m
   where m.id = move and m.state = 'copying' and t.id = m.tenant_id;
end $$;

-- The tenant lives in the new place from this transaction on. Home only.
--
-- Raises BH409 when less than `margin` seconds of the pause are left: a request may have written.
create function app.switch_move(move uuid, horizon xid8, paused_ms integer, moved_rows bigint, margin integer, keep_seconds integer)
  returns jsonb
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  switched app.moves;
begin
  perform app.refuse_elsewhere();
  update app.moves m
     set state = 'switched', left_at = horizon, pause_ms = paused_ms, row_count = moved_rows,
         switched_at = now(), keep_until = now() + make_interval(secs => keep_seconds)
   where m.id = move and m.state = 'copying' and m.kind = 'move'
  returning m.* into switched;
  update auth.tenants t set placement = switched.to_place, writes_paused_until = null
   where t.id = switched.tenant_id and t.placement = switched.from_place
     and t.writes_paused_until > clock_timestamp() + make_interval(secs => margin);
  if not found then
    raise exception using errcode = 'BH409', message = 'move.pause_over',
      detail = 'The pause ended before the switch: the tenant goes on where it was.';
  end if;
  return to_jsonb(switched);
end $$;

-- Records what the two places were compared by.
create function app.note_checksums(move uuid, given jsonb) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.moves m
     set checksums = given, row_count = (select sum((c.value ->> 'rows')::bigint) from jsonb_each(given) c)
   where m.id = move and m.state = 'switched';
end $$;

-- The copy is gone (`aborted`, before the switch) or the old rows are (`finished`, after it).
create function app.end_move(move uuid, final_state text) returns jsonb
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  ended app.moves;
begin
  update auth.tenants t set writes_paused_until = null
    from app.moves m
   where m.id = move and m.finished_at is null and m.state = 'copying' and m.kind <> 'export' and t.id = m.tenant_id;
  update app.moves m set state = final_state, finished_at = now()
   where m.id = move and m.finished_at is null
     and ((m.state, final_state) in (('copying', 'aborted'), ('switched', 'finished'))
       or m.kind <> 'move' and (m.state, final_state) = ('copying', 'finished'))
  returning m.* into ended;
  if not found then
    raise exception using errcode = 'BH409', message = 'move.not_open', detail = format('There is no move that could be %s.', final_state);
  end if;
  return to_jsonb(ended);
end $$;

-- Deletes the tenant's row in a place that it has left: from then on that database serves nothing of it.
create function app.dismiss_tenant(tenant uuid) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Not at home, where the row is the tenant itself.
  delete from auth.tenants t using app.this_place() p
   where t.id = tenant and p.place <> 'home' and t.placement = p.place;
end $$;

grant execute on function
    app.tenant_tables(), app.moving_tenant(), app.absent_tenant(), app.take_statistics(text),
    app.ledger(), app.find_tenants(text), app.this_place(), app.moves_of(uuid),
    app.begin_move(uuid, text), app.follow_move(jsonb), app.tenant_row(uuid), app.host_tenant(jsonb),
    app.note_copy(uuid, xid8), app.pause_writes(uuid, integer),
    app.switch_move(uuid, xid8, integer, bigint, integer, integer), app.note_checksums(uuid, jsonb),
    app.end_move(uuid, text), app.dismiss_tenant(uuid)
  to bulkhead_operator;
