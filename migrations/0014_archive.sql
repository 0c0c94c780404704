-- A tenant as one archive: everything of it at one moment, and back again.
--
-- An export reads where the tenant lives. A restore writes there, in one transaction, while nobody else
-- may write. Both are rows of `app.moves`, because that is what opens a tenant's rows to the operator,
-- and what its trail tells of.

set local role bulkhead_owner;

-- sha256 of the manifest, in hex.
alter table app.moves add column archive text check (archive ~ '^[0-9a-f]{64}$');
alter table app.moves drop constraint moves_state;
alter table app.moves add constraint moves_state check (
  kind in ('move', 'restore', 'export') and part in ('source', 'target', 'witness') and
  case state
    when 'copying'  then finished_at is null and switched_at is null
    when 'switched' then finished_at is null and switched_at is not null
    when 'finished' then finished_at is not null
    when 'aborted'  then finished_at is not null and switched_at is null
    else false
  end);

-- An export disturbs nobody.
drop index app.moves_open;
create unique index moves_open on app.moves (tenant_id) where finished_at is null and kind <> 'export';

create or replace function audit.record_move() returns trigger
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
  values (move.tenant_id, 'system:operator', format('tenant.%s.%s', move.kind, step), lower(tg_op), 'moves', move.id,
          to_jsonb(old), to_jsonb(new), 'operator');
  return null;
end $$;

create or replace function app.absent_tenant() returns uuid
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select m.tenant_id from app.moves m
           where m.id = nullif(current_setting('app.move', true), '')::uuid
             and case m.kind
                   when 'move' then (m.part, m.state) in (('target', 'copying'), ('source', 'switched'))
                   when 'restore' then m.state = 'copying' and exists (select from auth.tenants t
                          where t.id = m.tenant_id and t.writes_paused_until > clock_timestamp())
                   else false
                 end);
end $$;

create or replace function app.find_tenants(wanted text default null)
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

-- Opens a tenant's rows for reading, where it lives.
create function app.begin_export(tenant uuid) returns jsonb
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  here   text := (select p.place from app.this_place() p);
  begun  app.moves;
begin
  if not exists (select from auth.tenants t where t.id = tenant and t.placement = here) then
    raise exception using errcode = 'BH404', message = 'tenant.missing', detail = 'The tenant does not live here.';
  end if;
  -- What a killed one left open.
  update app.moves m set state = 'aborted', finished_at = now()
   where m.tenant_id = tenant and m.kind = 'export' and m.finished_at is null;
  insert into app.moves as m (tenant_id, kind, from_place, to_place, part)
  values (tenant, 'export', here, 'archive', 'source')
  returning m.* into begun;
  return to_jsonb(begun);
end $$;

-- Begins a restore at home, or takes up the one of the same archive that was broken off.
create function app.begin_restore(tenant uuid, digest text) returns jsonb
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  place text;
  open  app.moves;
begin
  perform app.refuse_elsewhere();
  select t.placement into place from auth.tenants t where t.id = tenant for update;
  if not found then
    raise exception using errcode = 'BH404', message = 'tenant.missing', detail = 'There is no such tenant.';
  end if;
  select m.* into open from app.moves m where m.tenant_id = tenant and m.finished_at is null and m.kind <> 'export';
  if open.kind = 'restore' and open.archive = digest then return to_jsonb(open); end if;
  if open.id is not null then
    raise exception using errcode = 'BH409', message = 'move.open',
      detail = format('A %s to %s is under way. Finish or abort it first.', open.kind, open.to_place);
  end if;
  insert into app.moves as m (tenant_id, kind, from_place, to_place, part, archive)
  values (tenant, 'restore', 'archive', place, case place when 'home' then 'target' else 'witness' end, digest)
  returning m.* into open;
  return to_jsonb(open);
end $$;

create or replace function app.end_move(move uuid, final_state text) returns jsonb
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

-- Which archive an export made.
create function app.note_archive(move uuid, digest text) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.moves m set archive = digest where m.id = move and m.kind = 'export' and m.finished_at is null;
end $$;

-- The seal of this house under an archive: nobody else can make it, so nobody can change what is sealed.
create function app.archive_seal(digest bytea) returns bytea
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select sha256(k.key || sha256(k.key || convert_to('archive', 'UTF8') || digest)) from app.signing_keys k);
end $$;

-- A new tenant for somebody who has an account. Raises BH404 and BH409.
create function app.create_tenant(new_slug text, new_name text, owner_email text, new_job_limit integer) returns uuid
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  owner_user uuid;
  created    uuid;
begin
  perform app.refuse_elsewhere();
  select u.id into owner_user from auth.users u where u.email = lower(owner_email);
  if not found then
    raise exception using errcode = 'BH404', message = 'user.missing',
      detail = format('Nobody has an account as %s. Let them sign up first.', owner_email);
  end if;
  if exists (select from auth.tenants t where t.slug = new_slug) then
    raise exception using errcode = 'BH409', message = 'tenant.exists', detail = format('There is a tenant %s already. Choose another name.', new_slug);
  end if;
  perform set_config('app.identity', 'system:operator|operator', true);
  insert into auth.tenants as t (name, slug, job_limit) values (new_name, new_slug, new_job_limit) returning t.id into created;
  insert into auth.members (tenant_id, user_id, role) values (created, owner_user, 'owner');
  return created;
end $$;

-- What was unfinished in the tenant that was archived is not done a second time by its copy: a mail that
-- went out would go out twice.
create function app.settle_restored(move uuid) returns integer
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  settled integer;
begin
  update app.jobs j
     set state = 'failed', slot = null, lease_until = null, finished_at = now(),
         error = '{"code": "job.not_restored", "message": "It was unfinished when the archive was made. Start it anew if it is still wanted."}'
    from app.moves m
   where m.id = move and m.kind = 'restore' and m.state = 'copying' and j.tenant_id = m.tenant_id and j.finished_at is null;
  get diagnostics settled = row_count;
  return settled;
end $$;

grant execute on function
    app.begin_export(uuid), app.begin_restore(uuid, text), app.note_archive(uuid, text), app.archive_seal(bytea),
    app.create_tenant(text, text, text, integer), app.settle_restored(uuid)
  to bulkhead_operator;
