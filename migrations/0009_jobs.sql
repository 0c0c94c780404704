-- Work that may wait. The row is the truth; SQS only carries tokens.
--
-- A tenant has `job_limit` slots. A job is on the queue or running exactly while it holds one, and the
-- unique index makes one more than the limit impossible.
--
--   queued, no slot    waits here for a slot, or for its run_at
--   queued, slot       its token {tenant, job, epoch} is on the queue
--   running, slot      a worker holds its lease
--   succeeded, failed  the slot has gone to the tenant's next job
--
-- `epoch` numbers the times that the job was given a slot: a token of an older epoch is stale. A token that
-- is sent again keeps its epoch, so that `job:epoch` is one idempotency key towards other services, and so
-- that the queue's count of tries goes on. `attempt` numbers the leases: a worker whose lease was taken
-- over can no longer finish.
--
-- A suspended tenant is given no slots. Its jobs wait, and go on when it is active. Slots are given, tokens
-- sent and rows changed only in the database where the tenant lives, and not while it is being moved: the
-- rows that a move leaves behind are inert.

set local role bulkhead_owner;

-- The trace that this transaction claims to belong to. Only for tracing, never for a decision: a caller
-- that forges it misleads its own trace.
create function app.claimed_trace() returns text
  language sql stable parallel restricted
  return nullif(current_setting('app.trace', true), '');

create table app.jobs (
  tenant_id   uuid not null default app.claimed_tenant(),
  id          uuid not null default app.new_id(),
  task        text not null,
  input       jsonb not null,
  state       text not null default 'queued',
  priority    smallint not null default 0,
  run_at      timestamptz not null default now(),
  slot        smallint,
  epoch       integer not null default 0,
  attempt     integer not null default 0,
  -- When the latest token was handed over for sending, or may be tried again.
  sent_at     timestamptz,
  lease_until timestamptz,
  result      jsonb,
  error       jsonb,
  created_by  text not null default app.claimed_actor(),
  created_at  timestamptz not null default now(),
  finished_at timestamptz,
  -- The trace of what enqueued it, in W3C's form: the click, the request, the job before it. In the row,
  -- because a token that is sent by a sweep, or by a worker which hands a slot on, carries none.
  trace       text default app.claimed_trace(),
  primary key (tenant_id, id),
  -- Ids and flags, so that no other text can be stored here.
  constraint jobs_trace check (trace ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'),
  -- The states, as above. One check, because every statement compiles each again.
  constraint jobs_state check (
    case state
      when 'queued'    then finished_at is null
      when 'running'   then finished_at is null and slot is not null and lease_until is not null
      when 'succeeded' then finished_at is not null and slot is null
      when 'failed'    then finished_at is not null and slot is null
      else false
    end)
);
create unique index jobs_one_a_slot on app.jobs (tenant_id, slot) where slot is not null;
create index jobs_waiting on app.jobs (tenant_id, priority desc, created_at, id)
  where state = 'queued' and slot is null;
create index on app.jobs (tenant_id, created_at desc, id desc);
create index jobs_unfinished on app.jobs (sent_at) where slot is not null;
create index jobs_finished on app.jobs (finished_at) where finished_at is not null;

-- Jobs are written by the functions below only.
select app.own_table('app.jobs', read_by => '{job:read}', in_jobs => '{select}', audited => false);

-- Its own triggers instead of `app.own_table`'s, because most updates of a job are no event, and a condition
-- passes them by before anything is called. An event says what was asked for (queued), how it ended (succeeded,
-- failed), and each time that it did not (queued again, with the error). That a worker has begun is none: the
-- next event says so, and what moves a job along the queue in between (slots, tokens, leases) is of no interest
-- to an auditor.
create trigger record after insert or delete on app.jobs
  for each row execute function audit.record('{}', '{slot,epoch,attempt,sent_at,lease_until,trace}');
create trigger record_state after update on app.jobs
  for each row when (old.state is distinct from new.state and new.state <> 'running')
  execute function audit.record('{}', '{slot,epoch,attempt,sent_at,lease_until,trace}');

-- ---------------------------------------------------------------- Slots

-- A row for each slot that a tenant has ever had. A transaction that is about to fill a slot locks its row,
-- so that the next one takes another slot without waiting. No runtime role has a right to these rows, and so
-- none can hold them: an advisory lock could be held, and seen in pg_locks, by every role that can compute
-- its key.
create table app.job_slots (
  tenant_id uuid not null references auth.tenants on delete cascade,
  slot      smallint not null,
  primary key (tenant_id, slot)
);
select app.own_table('app.job_slots', audited => false, moves => false);

create function app.provide_slots() returns trigger
  language plpgsql security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into app.job_slots (tenant_id, slot)
  select new.id, s.slot from generate_series(1, new.job_limit) as s (slot)
  on conflict do nothing;
  return null;
end $$;

create trigger provide_slots after insert or update of job_limit on auth.tenants
  for each row execute function app.provide_slots();

-- A free slot of the tenant, or null. It never waits: walking the slots by SKIP LOCKED, instead of taking
-- the lowest free one, is what keeps a tenant's second enqueue from waiting for the whole transaction of its
-- first. One row a query, because each row that a query returns is locked.
create function app.free_slot(tenant uuid) returns smallint
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Hands a slot to the tenant's next job that is due. No row when none waits, when the tenant is suspended,
-- being moved or lives elsewhere, or when its limit was lowered and the slot is above it.
create function app.hand_over(tenant uuid, free_slot smallint)
  returns table (job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Gives the tenant's free slots to its waiting jobs, and returns their tokens.
create function app.admit(tenant uuid)
  returns table (job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Enqueues a job in the transaction that needs it. The last statement of its batch: after the rows, so that
-- two transactions take their locks in one order.
--
-- Returns the tokens to send after the commit: this job's, if it won a slot.
create function app.enqueue(new_job uuid, new_task text, new_input jsonb, due timestamptz default now(), new_priority smallint default 0)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- ---------------------------------------------------------------- A worker's attempt

-- Seconds that are left of a pause or a lease, for a caller that has to try again.
create function app.seconds_until(moment timestamptz) returns text
  language sql stable
  return greatest(1, ceil(extract(epoch from moment - now())))::text;

-- Opens the context of a job, for the worker's role only: to any other role this would be a way into every
-- tenant. Locks the job's row, so that two deliveries of one token run one after the other. For a tenant
-- that lives elsewhere nothing is opened, and `assertion` is what opens the job there.
--
-- `held` is null when a worker begins, and from then on the attempt that it holds. Raises BH410 (finished,
-- unknown or a stale token: acknowledge it), BH409 (leased by another worker, or the tenant is being moved,
-- for the seconds in the detail), BH403 (tenant suspended: requeue it), BH307 (the tenant lives in the
-- database that the detail names, which home shares no key with), BH500 (`refuse_tainted`) or 40001
-- (`retry_transaction`).
create function app.open_job(tenant uuid, job uuid, token_epoch integer, held integer, request text,
    out task text, out input jsonb, out state text, out assertion text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- In a dedicated database: the same for a job that home has asserted.
create function app.open_asserted_job(assertion text, token_epoch integer, held integer,
    out task text, out input jsonb, out state text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Opens a job where its tenant lives. Owner only. Placement and pause are read in one query: a move that
-- switched between two would have the job opened, and done, in the place that the tenant had just left.
create function app.open_job_here(tenant uuid, job uuid, token_epoch integer, held integer, request text,
    out task text, out input jsonb, out state text)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- The job whose context is open, or BH403.
create function app.current_job() returns uuid
  language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  actor text := app.actor();
begin
  if actor is null or actor not like 'job:%' then
    raise exception using errcode = 'BH403', message = 'context.missing', detail = 'No job is open.';
  end if;
  return substr(actor, 5)::uuid;
end $$;

-- Takes the lease for `seconds` and returns the number of the attempt that holds it.
create function app.start_job(seconds integer) returns integer
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  taken integer;
begin
  update app.jobs j
     set state = 'running', attempt = j.attempt + 1, lease_until = now() + make_interval(secs => seconds)
   where j.tenant_id = app.tenant_id() and j.id = app.current_job()
  returning j.attempt into taken;
  return taken;
end $$;

-- Ends the job as succeeded. Its effect, its end and the handing of its slot to the tenant's next job are
-- one transaction. Returns the next job's token.
create function app.complete_job(outcome jsonb)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query select * from app.end_job(app.tenant_id(), app.current_job(), 'succeeded', outcome, null);
end $$;

-- Records why an attempt failed and gives the lease back. The slot stays: SQS delivers the token again, in
-- about `retry_seconds`.
create function app.fail_attempt(reason jsonb, retry_seconds integer) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.jobs j
     set state = 'queued', lease_until = null, error = reason,
         sent_at = now() + make_interval(secs => retry_seconds)
   where j.tenant_id = app.tenant_id() and j.id = app.current_job();
end $$;

-- Ends the job as failed, when another attempt could not help. The slot is handed on as well.
create function app.fail_job(reason jsonb)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return query select * from app.end_job(app.tenant_id(), app.current_job(), 'failed', null, reason);
end $$;

-- Ends a job and hands its slot on. Owner only.
create function app.end_job(owner_tenant uuid, ended uuid, final_state text, outcome jsonb, reason jsonb)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Looks for waiting jobs once more, after a job has ended and found none to hand its slot to. An enqueue at
-- the same moment saw the slot still taken, and was itself not yet visible: without this the job would wait
-- until the next sweep.
--
-- The token of the ended job is the proof that the caller may ask.
create function app.admit_after(owner_tenant uuid, ended uuid, token_epoch integer)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from app.jobs j
              where j.tenant_id = owner_tenant and j.id = ended and j.epoch = token_epoch
                and j.finished_at is not null) then
    return query select owner_tenant, a.job, a.epoch from app.admit(owner_tenant) a;
  end if;
end $$;

-- Puts the job of a suspended tenant back among those that wait, without its slot. For the worker, which
-- can't open such a job: it holds a token and no context.
--
-- False when there is nothing to requeue: the tenant is active after all, is being moved or lives elsewhere,
-- or the token is stale.
create function app.requeue_job(owner_tenant uuid, parked uuid, token_epoch integer, request text) returns boolean
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- ---------------------------------------------------------------- The dead-letter queue

-- After the last try: the job has failed, its slot is free. For the consumer of the dead-letter queue,
-- which holds a token and no context. The error of the last attempt says more than `reason`, which stands
-- in for it when there is none.
--
-- Raises BH410 like `open_job`, and BH409 while a worker still holds the lease or the tenant is being moved.
create function app.give_up_job(owner_tenant uuid, ended uuid, token_epoch integer, request text, reason jsonb)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- The job's trace, for the same consumer.
create function app.trace_of(owner_tenant uuid, job uuid) returns text
  language plpgsql stable security definer parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (select j.trace from app.jobs j where j.tenant_id = owner_tenant and j.id = trace_of.job);
end $$;

-- ---------------------------------------------------------------- The sweeper

-- When the next sweep is armed. One row, so that however many messages wake the sweeper, one of them
-- carries on.
create table app.sweeps (
  id          smallint primary key default 1 check (id = 1),
  armed_until timestamptz not null default '-infinity'
);
alter table app.sweeps enable row level security;
alter table app.sweeps force row level security;
create policy definer_functions on app.sweeps to bulkhead_owner using (true) with check (true);
insert into app.sweeps default values;

-- Repairs what a crash can leave behind, a batch at a time, over all tenants that live here: tokens that
-- were never sent or got lost, leases whose worker is gone, slots that stayed idle, jobs whose time has
-- come. Returns tokens to send.
create function app.sweep(request text, batch integer default 500)
  returns table (tenant uuid, job uuid, epoch integer)
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- Deletes what has expired: answers after a day, finished jobs after 30. Returns how many rows went: with
-- fewer than `batch`, nothing is left to delete.
--
-- Nothing of a tenant in its pause, so that its rows stay as they were copied. And nothing of one that does
-- not live here while its move is open: that is a copy in the making, or what was left behind and is kept
-- as it was. What home holds of a tenant that lives elsewhere for good expires like any other row.
create function app.sweep_expired(request text, batch integer default 5000) returns integer
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

-- In how many seconds to sweep again: null when nothing waits, or when another sweep is armed that comes
-- soon enough.
--
-- A caller that is given a number sends the delayed message and then calls `sweep_armed`. Until then the
-- claim holds for a minute only, so that a sweeper which dies between the two leaves no tenant waiting for
-- a message that was never sent.
create function app.arm_sweep() returns integer
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
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
end $$;

-- The message that `arm_sweep` asked for was sent.
create function app.sweep_armed(seconds integer) returns void
  language plpgsql volatile security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update app.sweeps s set armed_until = now() + make_interval(secs => seconds);
end $$;

grant execute on function app.enqueue(uuid, text, jsonb, timestamptz, smallint)
  to bulkhead_api, bulkhead_worker;
grant execute on function
    app.open_job(uuid, uuid, integer, integer, text),
    app.open_asserted_job(text, integer, integer),
    app.start_job(integer), app.complete_job(jsonb), app.fail_attempt(jsonb, integer), app.fail_job(jsonb),
    app.requeue_job(uuid, uuid, integer, text), app.admit_after(uuid, uuid, integer)
  to bulkhead_worker;
grant execute on function app.give_up_job(uuid, uuid, integer, text, jsonb), app.trace_of(uuid, uuid)
  to bulkhead_dead_letters;
grant execute on function
    app.sweep(text, integer), app.sweep_expired(text, integer), app.arm_sweep(), app.sweep_armed(integer)
  to bulkhead_sweeper;
