-- Where a job's tenant lives is looked at together with its pause. `open_job` looks at the place first and
-- this function at the pause afterwards: a move that switched between the two had its job opened, and done,
-- in the place that the tenant had just left.

set local role bulkhead_owner;

-- As before. Raises 40001 as well, when the tenant left between the two looks: whoever runs the transaction
-- again is told where it went.
create or replace function app.open_job_here(tenant uuid, job uuid, token_epoch integer, held integer, request text,
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
  -- Like a lease that somebody holds for as long: its token comes again when the move is over.
  if app.is_paused(owner_tenant.writes_paused_until) then
    raise exception using errcode = 'BH409', message = 'job.leased', detail = app.seconds_until(owner_tenant.writes_paused_until);
  end if;
  if not owner_tenant.lives_here then perform app.refuse_reconsidered(); end if;

  select j.task, j.input, j.state, j.epoch, j.attempt, j.slot, j.lease_until into found_job
    from app.jobs j
   where j.tenant_id = open_job_here.tenant and j.id = open_job_here.job
     for update;

  -- Without a slot no token is good, not even the latest; nor is a tenant's who is gone.
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
