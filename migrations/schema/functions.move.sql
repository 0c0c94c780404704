-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.begin_move(tenant uuid, destination text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
GRANT EXECUTE ON FUNCTION app.begin_move(uuid,text) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.dismiss_tenant(tenant uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  -- Not at home, where the row is the tenant itself.
  delete from auth.tenants t using app.this_place() p
   where t.id = tenant and p.place <> 'home' and t.placement = p.place;
end $function$;
GRANT EXECUTE ON FUNCTION app.dismiss_tenant(uuid) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.end_move(move uuid, final_state text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
GRANT EXECUTE ON FUNCTION app.end_move(uuid,text) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.find_tenants(wanted text DEFAULT NULL::text)
 RETURNS TABLE(id uuid, slug text, name text, status text, placement text, job_limit integer, writes_paused_until timestamp with time zone, move jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query
  select t.id, t.slug, t.name, t.status, t.placement, t.job_limit, t.writes_paused_until,
         (select to_jsonb(m) from app.moves m where m.tenant_id = t.id and m.finished_at is null and m.kind <> 'export')
    from auth.tenants t
   where wanted is null or t.slug = wanted or t.id::text = lower(wanted)
   order by t.slug;
end $function$;
GRANT EXECUTE ON FUNCTION app.find_tenants(text) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.follow_move(given jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
GRANT EXECUTE ON FUNCTION app.follow_move(jsonb) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.host_tenant(given jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
GRANT EXECUTE ON FUNCTION app.host_tenant(jsonb) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.ledger()
 RETURNS TABLE(name text, checksum text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query select m.name, m.checksum from public.schema_migrations m order by m.name;
end $function$;
GRANT EXECUTE ON FUNCTION app.ledger() TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.mark_copied()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  move    app.moves := coalesce(new, old);
  copying boolean := exists (select from app.moves m
                              where m.tenant_id = move.tenant_id and m.kind = 'move' and m.state = 'copying' and m.part <> 'witness');
begin
  update auth.tenants t set changes_noted = copying where t.id = move.tenant_id and t.changes_noted <> copying;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.moves_of(tenant uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query select to_jsonb(m) from app.moves m where m.tenant_id = tenant order by m.started_at, m.id;
end $function$;
GRANT EXECUTE ON FUNCTION app.moves_of(uuid) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.note_checksums(move uuid, given jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  update app.moves m
     set checksums = given, row_count = (select sum((c.value ->> 'rows')::bigint) from jsonb_each(given) c)
   where m.id = move and m.state = 'switched';
end $function$;
GRANT EXECUTE ON FUNCTION app.note_checksums(uuid,jsonb) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.note_copy(move uuid, horizon xid8)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  update app.moves m set copied_from = horizon where m.id = move and m.state = 'copying';
end $function$;
GRANT EXECUTE ON FUNCTION app.note_copy(uuid,xid8) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.pause_writes(move uuid, seconds integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  update auth.tenants t
     set writes_paused_until = case when seconds > 0 then clock_timestamp() + make_interval(secs => seconds) end
    from app.moves m
   where m.id = move and m.state = 'copying' and t.id = m.tenant_id;
end $function$;
GRANT EXECUTE ON FUNCTION app.pause_writes(uuid,integer) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.refuse_elsewhere()
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  if exists (select from app.this_place() p where p.place = 'home') then return; end if;
  raise exception using errcode = 'BH403', message = 'move.elsewhere', detail = 'Only the home database decides where a tenant lives.';
end $function$;

CREATE OR REPLACE FUNCTION app.switch_move(move uuid, horizon xid8, paused_ms integer, moved_rows bigint, margin integer, keep_seconds integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
GRANT EXECUTE ON FUNCTION app.switch_move(uuid,xid8,integer,bigint,integer,integer) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.take_statistics(relation text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  known text;
begin
  select t.name into known from app.tenant_tables() t where t.name = relation;
  if known is null then
    raise exception using errcode = 'BH404', message = 'table.unknown', detail = 'No tenant has rows of its own there.';
  end if;
  execute 'analyze ' || known;
end $function$;
GRANT EXECUTE ON FUNCTION app.take_statistics(text) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.tenant_row(tenant uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return (select to_jsonb(t) from auth.tenants t where t.id = tenant);
end $function$;
GRANT EXECUTE ON FUNCTION app.tenant_row(uuid) TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.tenant_tables()
 RETURNS TABLE(name text, shared boolean, row_columns text[], column_types text[], row_key text[], refers_to text[], refusal text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
GRANT EXECUTE ON FUNCTION app.tenant_tables() TO bulkhead_operator;

CREATE OR REPLACE FUNCTION app.this_place()
 RETURNS TABLE(place text, pairings text[])
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query
  select k.database, array(select a.database || ' ' || a.id from app.assertion_keys a where a.valid_until > now() order by 1)
    from app.signing_keys k;
end $function$;
GRANT EXECUTE ON FUNCTION app.this_place() TO bulkhead_operator;

CREATE OR REPLACE FUNCTION audit.record_move()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
