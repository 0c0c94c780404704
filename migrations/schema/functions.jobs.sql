-- Written by `npm run schema` from a migrated database. Reasons are in the migrations.

CREATE OR REPLACE FUNCTION app.admit(tenant uuid)
 RETURNS TABLE(job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  free smallint;
begin
  loop
    exit when not exists (select from app.jobs w
                           where w.tenant_id = tenant and w.state = 'queued' and w.slot is null and w.run_at <= now());
    free := app.free_slot(tenant);
    exit when free is null;
    return query select * from app.hand_over(tenant, free);
    exit when not found;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION app.admit_after(owner_tenant uuid, ended uuid, token_epoch integer)
 RETURNS TABLE(tenant uuid, job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  if exists (select from app.jobs j
              where j.tenant_id = owner_tenant and j.id = ended and j.epoch = token_epoch
                and j.finished_at is not null) then
    return query select owner_tenant, a.job, a.epoch from app.admit(owner_tenant) a;
  end if;
end $function$;
GRANT EXECUTE ON FUNCTION app.admit_after(uuid,uuid,integer) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.arm_sweep()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  -- What waits for its time or for a slot, and what is on the queue or at work.
  next_at timestamptz := least(
    (select min(greatest(w.run_at, now())) from app.jobs w
       join auth.tenants t on t.id = w.tenant_id
       join app.signing_keys k on k.database = t.placement
      where w.state = 'queued' and w.slot is null and t.status = 'active'),
    (select now() + interval '5 minutes'
      where exists (select from app.jobs j
                      join auth.tenants t on t.id = j.tenant_id
                      join app.signing_keys k on k.database = t.placement
                     where j.slot is not null)));
  delay integer := least(900, greatest(60, ceil(extract(epoch from next_at - now()))));
begin
  if next_at is null then return null; end if;
  -- A sweep that is armed for much later than this one does not count.
  update app.sweeps s set armed_until = now() + interval '1 minute'
   where s.armed_until <= now() or s.armed_until > now() + make_interval(secs => delay + 60);
  return case when found then delay end;
end $function$;
GRANT EXECUTE ON FUNCTION app.arm_sweep() TO bulkhead_sweeper;

CREATE OR REPLACE FUNCTION app.claimed_trace()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL RESTRICTED
RETURN NULLIF(current_setting('app.trace'::text, true), ''::text);

CREATE OR REPLACE FUNCTION app.complete_job(outcome jsonb)
 RETURNS TABLE(tenant uuid, job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query select * from app.end_job(app.tenant_id(), app.current_job(), 'succeeded', outcome, null);
end $function$;
GRANT EXECUTE ON FUNCTION app.complete_job(jsonb) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.current_job()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  actor text := app.actor();
begin
  if actor is null or actor not like 'job:%' then
    raise exception using errcode = 'BH403', message = 'context.missing', detail = 'No job is open.';
  end if;
  return substr(actor, 5)::uuid;
end $function$;

CREATE OR REPLACE FUNCTION app.end_job(owner_tenant uuid, ended uuid, final_state text, outcome jsonb, reason jsonb)
 RETURNS TABLE(tenant uuid, job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  freed smallint;
begin
  select j.slot into freed from app.jobs j where j.tenant_id = owner_tenant and j.id = ended;
  update app.jobs j
     set state = final_state, slot = null, lease_until = null, finished_at = now(),
         result = outcome, error = reason
   where j.tenant_id = owner_tenant and j.id = ended;
  if freed is not null then
    return query select owner_tenant, h.job, h.epoch from app.hand_over(owner_tenant, freed) h;
  end if;
end $function$;

CREATE OR REPLACE FUNCTION app.enqueue(new_job uuid, new_task text, new_input jsonb, due timestamp with time zone DEFAULT now(), new_priority smallint DEFAULT 0)
 RETURNS TABLE(tenant uuid, job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  owner_tenant uuid;
  others_wait  boolean;
  slots_free   boolean;
  won          smallint;
begin
  -- All that decides the way, in one query: most jobs of a busy tenant find its slots taken.
  select t.id,
         exists (select from app.jobs w
                  where w.tenant_id = t.id and w.state = 'queued' and w.slot is null
                    and w.run_at <= now() and w.priority >= new_priority),
         t.status = 'active' and t.job_limit > (select count(*) from app.jobs j
                                                 where j.tenant_id = t.id and j.slot is not null)
    into owner_tenant, others_wait, slots_free
    from app.signing_keys k
    join auth.tenants t on t.id = app.claimed_tenant() and t.placement = k.database
   where app.signed(k.key);
  if owner_tenant is null then
    raise exception using errcode = 'BH401', message = 'context.missing', detail = 'No tenant is open that lives here.';
  end if;

  -- A new job takes a free slot only when no other job waits for it.
  if slots_free and not others_wait and due <= now() then won := app.free_slot(owner_tenant); end if;

  insert into app.jobs as j (tenant_id, id, task, input, run_at, priority, slot, epoch, sent_at)
  values (owner_tenant, new_job, new_task, new_input, due, new_priority,
          won, case when won is null then 0 else 1 end, case when won is null then null else now() end);

  if won is not null then
    return query select owner_tenant, new_job, 1;
  elsif slots_free and others_wait then
    return query select owner_tenant, a.job, a.epoch from app.admit(owner_tenant) a;
  end if;
end $function$;
GRANT EXECUTE ON FUNCTION app.enqueue(uuid,text,jsonb,timestamp with time zone,smallint) TO bulkhead_api, bulkhead_worker;

CREATE OR REPLACE FUNCTION app.fail_attempt(reason jsonb, retry_seconds integer)
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
  update app.jobs j
     set state = 'queued', lease_until = null, error = reason,
         sent_at = now() + make_interval(secs => retry_seconds)
   where j.tenant_id = app.tenant_id() and j.id = app.current_job();
end $function$;
GRANT EXECUTE ON FUNCTION app.fail_attempt(jsonb,integer) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.fail_job(reason jsonb)
 RETURNS TABLE(tenant uuid, job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query select * from app.end_job(app.tenant_id(), app.current_job(), 'failed', null, reason);
end $function$;
GRANT EXECUTE ON FUNCTION app.fail_job(jsonb) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.free_slot(tenant uuid)
 RETURNS smallint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  candidate smallint := 0;
begin
  loop
    select s.slot into candidate
      from auth.tenants t
      join app.signing_keys k on k.database = t.placement
      join app.job_slots s on s.tenant_id = t.id and s.slot > candidate and s.slot <= t.job_limit
     where t.id = tenant and t.status = 'active' and not app.is_paused(t.writes_paused_until)
       and not exists (select from app.jobs j where j.tenant_id = tenant and j.slot = s.slot)
     order by s.slot
     limit 1
       for update of s skip locked;
    if not found then return null; end if;
    -- Checked again under the lock: the transaction that held it may have committed in between.
    if not exists (select from app.jobs j where j.tenant_id = tenant and j.slot = candidate) then
      return candidate;
    end if;
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION app.give_up_job(owner_tenant uuid, ended uuid, token_epoch integer, request text, reason jsonb)
 RETURNS TABLE(tenant uuid, job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  found_job record;
begin
  select j.slot, j.epoch, greatest(j.lease_until, t.writes_paused_until) as held_until, j.error into found_job
    from app.jobs j
    join auth.tenants t on t.id = j.tenant_id
    join app.signing_keys k on k.database = t.placement
   where j.tenant_id = owner_tenant and j.id = ended
     for update of j;
  if not found or found_job.slot is null or found_job.epoch <> token_epoch then
    raise exception using errcode = 'BH410', message = 'job.gone',
      detail = 'The job is finished, unknown, or this token is stale.';
  end if;
  if found_job.held_until > now() then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(found_job.held_until);
  end if;
  perform app.sign_context(owner_tenant, 'system:dead-letters', 'system', request, 'job.give_up');
  return query select * from app.end_job(owner_tenant, ended, 'failed', null, coalesce(found_job.error, reason));
end $function$;
GRANT EXECUTE ON FUNCTION app.give_up_job(uuid,uuid,integer,text,jsonb) TO bulkhead_dead_letters;

CREATE OR REPLACE FUNCTION app.hand_over(tenant uuid, free_slot smallint)
 RETURNS TABLE(job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return query
    update app.jobs j
       set slot = free_slot, epoch = j.epoch + 1, sent_at = now()
     where j.tenant_id = tenant
       and free_slot <= (select t.job_limit from auth.tenants t
                           join app.signing_keys k on k.database = t.placement
                          where t.id = tenant and t.status = 'active' and not app.is_paused(t.writes_paused_until))
       and j.id = (select w.id from app.jobs w
                    where w.tenant_id = tenant and w.state = 'queued' and w.slot is null and w.run_at <= now()
                    order by w.priority desc, w.created_at, w.id
                    for update skip locked
                    limit 1)
    returning j.id, j.epoch;
end $function$;

CREATE OR REPLACE FUNCTION app.open_asserted_job(assertion text, token_epoch integer, held integer, OUT task text, OUT input jsonb, OUT state text)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  parts text[] := app.verified_assertion(assertion, 'job');
begin
  perform app.refuse_tainted();
  perform app.sync_tenant_status(parts);
  if not exists (select from auth.tenants t where t.id = parts[6]::uuid and t.placement = parts[3]) then
    perform app.refuse_absent_tenant();
  end if;
  select o.task, o.input, o.state into task, input, state
    from app.open_job_here(parts[6]::uuid, substr(parts[9], 5)::uuid, token_epoch, held, parts[12]) o;
end $function$;
GRANT EXECUTE ON FUNCTION app.open_asserted_job(text,integer,integer) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.open_job(tenant uuid, job uuid, token_epoch integer, held integer, request text, OUT task text, OUT input jsonb, OUT state text, OUT assertion text)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  lives record;
begin
  perform app.refuse_tainted();
  select t.status, t.placement, t.writes_paused_until, k.database into lives
    from app.signing_keys k
    left join auth.tenants t on t.id = open_job.tenant;
  if lives.database <> 'home' then
    raise exception using errcode = 'BH403', message = 'context.elsewhere',
      detail = 'Only an assertion of the home database opens a job here.';
  end if;

  -- Before the job is looked for: a tenant that has moved has its jobs where it lives.
  if lives.placement <> 'home' then
    perform app.refuse_actor(lives.status, true, null, 'job');
    if app.is_paused(lives.writes_paused_until) then
      raise exception using errcode = 'BH409', message = 'tenant.paused', detail = app.seconds_until(lives.writes_paused_until);
    end if;
    assertion := app.assertion('job', tenant, 'job:' || job, 'job', '', request, '');
    if assertion is null then perform app.retry_transaction(); end if;
    return;
  end if;
  select o.task, o.input, o.state into task, input, state
    from app.open_job_here(tenant, job, token_epoch, held, request) o;
end $function$;
GRANT EXECUTE ON FUNCTION app.open_job(uuid,uuid,integer,integer,text) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.open_job_here(tenant uuid, job uuid, token_epoch integer, held integer, request text, OUT task text, OUT input jsonb, OUT state text)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  owner_tenant record;
  found_job    record;
begin
  select t.status, t.writes_paused_until, here.database is not null as lives_here into owner_tenant
    from auth.tenants t
    left join app.signing_keys here on here.database = t.placement
   where t.id = open_job_here.tenant;
  -- Answered like a lease of another worker's: the token is delivered again when the move is over.
  if app.is_paused(owner_tenant.writes_paused_until) then
    raise exception using errcode = 'BH409', message = 'tenant.paused', detail = app.seconds_until(owner_tenant.writes_paused_until);
  end if;
  if not owner_tenant.lives_here then perform app.retry_transaction(); end if;

  select j.task, j.input, j.state, j.epoch, j.attempt, j.slot, j.lease_until into found_job
    from app.jobs j
   where j.tenant_id = open_job_here.tenant and j.id = open_job_here.job
     for update;

  -- Without a slot no token is valid, not even the latest one; nor is a deleted tenant's.
  if not found or owner_tenant.status is null or found_job.slot is null or found_job.epoch <> token_epoch then
    raise exception using errcode = 'BH410', message = 'job.gone',
      detail = 'The job is finished, unknown, or this token is stale.';
  end if;
  if found_job.state = 'running' and held is distinct from found_job.attempt
     and (held is not null or found_job.lease_until > now()) then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(found_job.lease_until);
  end if;
  if held is not null and found_job.state <> 'running' then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = '1';
  end if;
  perform app.refuse_actor(owner_tenant.status, true, null, 'job');

  perform app.sign_context(tenant, 'job:' || job, 'job', request, found_job.task);
  task := found_job.task;
  input := found_job.input;
  state := found_job.state;
end $function$;

CREATE OR REPLACE FUNCTION app.provide_slots()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  insert into app.job_slots (tenant_id, slot)
  select new.id, s.slot from generate_series(1, new.job_limit) as s (slot)
  on conflict do nothing;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.requeue_job(owner_tenant uuid, parked uuid, token_epoch integer, request text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  was_parked boolean;
begin
  if not exists (select from auth.tenants t
                   join app.signing_keys k on k.database = t.placement
                  where t.id = owner_tenant and t.status = 'suspended' and not app.is_paused(t.writes_paused_until)) then
    return false;
  end if;
  perform app.sign_context(owner_tenant, 'system:worker', 'system', request, 'job.requeue');
  update app.jobs j
     set state = 'queued', slot = null, lease_until = null
   where j.tenant_id = owner_tenant and j.id = parked and j.epoch = token_epoch and j.slot is not null;
  was_parked := found;
  -- The audit event is written. The caller gets no further access to this tenant.
  perform set_config('app.ctx', '', true), set_config('app.sig', '', true);
  return was_parked;
end $function$;
GRANT EXECUTE ON FUNCTION app.requeue_job(uuid,uuid,integer,text) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.seconds_until(moment timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 STABLE
RETURN (GREATEST((1)::numeric, ceil(EXTRACT(epoch FROM (moment - now())))))::text;

CREATE OR REPLACE FUNCTION app.start_job(seconds integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  taken integer;
begin
  update app.jobs j
     set state = 'running', attempt = j.attempt + 1, lease_until = now() + make_interval(secs => seconds)
   where j.tenant_id = app.tenant_id() and j.id = app.current_job()
  returning j.attempt into taken;
  return taken;
end $function$;
GRANT EXECUTE ON FUNCTION app.start_job(integer) TO bulkhead_worker;

CREATE OR REPLACE FUNCTION app.sweep(request text, batch integer DEFAULT 500)
 RETURNS TABLE(tenant uuid, job uuid, epoch integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
declare
  lost     record;
  neglected uuid;
begin
  -- Five minutes after its sending a token is taken for lost and sent again, with the
  -- epoch it had. If it was only slow there are two now: the lease and the job's end
  -- make one of them do the work and both be acknowledged. A new epoch would make the
  -- slow one stale, and on a queue that is five minutes long no token would ever be good.
  for lost in
    select j.tenant_id, j.id, j.state from app.jobs j
     where j.slot is not null
       and exists (select from auth.tenants t
                     join app.signing_keys k on k.database = t.placement
                    where t.id = j.tenant_id and not app.is_paused(t.writes_paused_until))
       and ((j.state = 'queued' and j.sent_at < now() - interval '5 minutes')
         or (j.state = 'running' and j.lease_until < now() - interval '1 minute'))
     order by j.sent_at
     for update skip locked
     limit batch
  loop
    perform app.sign_context(lost.tenant_id, 'system:sweeper', 'system', request, 'job.sweep');
    return query
      update app.jobs j
         set state = 'queued', lease_until = null, sent_at = now()
       where j.tenant_id = lost.tenant_id and j.id = lost.id
      returning j.tenant_id, j.id, j.epoch;
  end loop;

  -- Only tenants with a free slot: those whose slots are all taken would fill every batch, and
  -- the others would starve.
  for neglected in
    select t.id from auth.tenants t
      join app.signing_keys k on k.database = t.placement
     where t.status = 'active' and not app.is_paused(t.writes_paused_until)
       and exists (select from app.jobs w
                    where w.tenant_id = t.id and w.state = 'queued' and w.slot is null and w.run_at <= now())
       and t.job_limit > (select count(*) from app.jobs j where j.tenant_id = t.id and j.slot <= t.job_limit)
     limit batch
  loop
    return query select neglected, a.job, a.epoch from app.admit(neglected) a;
  end loop;
end $function$;
GRANT EXECUTE ON FUNCTION app.sweep(text,integer) TO bulkhead_sweeper;

CREATE OR REPLACE FUNCTION app.sweep_armed(seconds integer)
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
  update app.sweeps s set armed_until = now() + make_interval(secs => seconds);
end $function$;
GRANT EXECUTE ON FUNCTION app.sweep_armed(integer) TO bulkhead_sweeper;

CREATE OR REPLACE FUNCTION app.sweep_expired(request text, batch integer DEFAULT 5000)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
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
end $function$;
GRANT EXECUTE ON FUNCTION app.sweep_expired(text,integer) TO bulkhead_sweeper;

CREATE OR REPLACE FUNCTION app.trace_of(owner_tenant uuid, job uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE PARALLEL RESTRICTED SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET array_nulls TO 'on'
 SET gin_fuzzy_search_limit TO '0'
 SET standard_conforming_strings TO 'on'
 SET transform_null_equals TO 'off'
AS $function$
begin
  return (select j.trace from app.jobs j where j.tenant_id = owner_tenant and j.id = trace_of.job);
end $function$;
GRANT EXECUTE ON FUNCTION app.trace_of(uuid,uuid) TO bulkhead_dead_letters;
