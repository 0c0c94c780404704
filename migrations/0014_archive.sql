-- A tenant as one archive: everything of it at one moment, and back again.
--
-- An export reads where the tenant lives. A restore writes there, in one transaction, while the tenant's
-- writes are paused. Both are rows of `app.moves`, because that is what opens a tenant's rows to the
-- operator, and what its trail records.

set local role bulkhead_owner;

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
  -- An export that was killed has left its row open.
  update app.moves m set state = 'aborted', finished_at = now()
   where m.tenant_id = tenant and m.kind = 'export' and m.finished_at is null;
  insert into app.moves as m (tenant_id, kind, from_place, to_place, part)
  values (tenant, 'export', here, 'archive', 'source')
  returning m.* into begun;
  return to_jsonb(begun);
end $$;

-- Which archive an export made.
create function app.note_archive(move uuid, digest text) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.moves m set archive = digest where m.id = move and m.kind = 'export' and m.finished_at is null;
end $$;

-- The seal of this installation under an archive. Only this database can make it, so a sealed archive can't
-- be changed.
create function app.archive_seal(digest bytea) returns bytea
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select sha256(k.key || sha256(k.key || convert_to('archive', 'UTF8') || digest)) from app.signing_keys k);
end $$;

-- A new tenant for a user who has an account, to restore an archive into. Raises BH404 and BH409.
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
      detail = format('No user has the address %s. The owner must sign up first.', owner_email);
  end if;
  if exists (select from auth.tenants t where t.slug = new_slug) then
    raise exception using errcode = 'BH409', message = 'tenant.exists', detail = format('There is a tenant %s already. Choose another name.', new_slug);
  end if;
  perform set_config('app.identity', 'system:operator|operator', true);
  insert into auth.tenants as t (name, slug, job_limit) values (new_name, new_slug, new_job_limit) returning t.id into created;
  insert into auth.members (tenant_id, user_id, role) values (created, owner_user, 'owner');
  return created;
end $$;

-- Begins a restore at home, or resumes the one of the same archive that was interrupted.
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

-- Fails the jobs that were unfinished in the tenant that was archived, so that its copy does not do them a
-- second time: a mail that was sent would be sent twice.
create function app.fail_restored_jobs(move uuid) returns integer
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
    app.begin_export(uuid), app.note_archive(uuid, text), app.archive_seal(bytea),
    app.create_tenant(text, text, text, integer), app.begin_restore(uuid, text), app.fail_restored_jobs(uuid)
  to bulkhead_operator;

-- All functions so far are there.
select app.fix_settings();
