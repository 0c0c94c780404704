-- Two corrections of how a tenant that moves is dealt with.

set local role bulkhead_owner;

-- A pause ends by itself some seconds after it was to be over, in case that whoever began it
-- has died, and is usually over within one. Clients are told to ask again in a second,
-- not when it would be over at the latest.
create or replace function app.refuse_actor(status text, permitted boolean, paused_until timestamptz, permission text)
  returns void
  language plpgsql stable
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Whatever is not known to be good is not.
  if status is distinct from 'active' then
    raise exception using errcode = 'BH403', message = 'tenant.suspended',
      detail = 'This tenant is suspended. Its owner can ask support why.';
  end if;
  if permitted is not true then
    raise exception using errcode = 'BH403', message = 'permission.denied',
      detail = format('This needs the permission %s.', permission);
  end if;
  if app.is_paused(paused_until) and permission not like '%:read' then
    raise exception using errcode = 'BH503', message = 'tenant.moving', hint = '1',
      detail = 'This tenant is being moved and can be read only, for a moment. Try again, with the same Idempotency-Key.';
  end if;
end $$;

-- Forgets what has served its time: answers after a day, finished jobs after 30.
-- Returns how many rows went: with fewer than `batch`, nothing is left to forget.
--
-- Nothing of a tenant that is in its pause, so that what was copied stays what there is. And
-- nothing of one that does not live here while its move is open: that is a copy in the making,
-- or what was left behind and is kept as it was. What home holds of a tenant that lives
-- elsewhere for good goes like anybody's.
create or replace function app.sweep_expired(request text, batch integer default 5000) returns integer
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  old       record;
  answers   integer;
  forgotten integer := 0;
  resting   uuid[] := array(
    select t.id from auth.tenants t where app.is_paused(t.writes_paused_until)
    union
    select m.tenant_id from app.moves m
     where m.finished_at is null and m.kind <> 'export'
       and not exists (select from auth.tenants t
                         join app.signing_keys here on here.database = t.placement
                        where t.id = m.tenant_id));
begin
  delete from app.idempotency_keys k
   where k.ctid = any (array(select e.ctid from app.idempotency_keys e
                              where e.expires_at < now() and e.tenant_id <> all (resting) limit batch));
  get diagnostics answers = row_count;
  for old in
    select j.tenant_id, j.id from app.jobs j
     where j.finished_at < now() - interval '30 days' and j.tenant_id <> all (resting) limit batch
  loop
    perform app.sign_context(old.tenant_id, 'system:sweeper', 'system', request, 'job.expire');
    delete from app.jobs j where j.tenant_id = old.tenant_id and j.id = old.id;
    forgotten := forgotten + 1;
  end loop;
  return greatest(answers, forgotten);
end $$;
