-- Jobs by tenant
-- The 500 newest. A job with a slot is in the queue or running; one without waits for a free slot of its
-- tenant, or for its start time.
select j.tenant_id, t.name as tenant, j.id as job_id, j.task, j.state, j.slot, j.attempt,
       j.created_at, j.run_at, j.finished_at, j.input, j.error
  from app.jobs j
  join auth.tenants t on t.id = j.tenant_id
 where $1::text is null or j.tenant_id::text = $1
 order by j.created_at desc
 limit 500
