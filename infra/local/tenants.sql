-- Tenants
-- Each tenant's database, and its number of unfinished jobs.
select t.id as tenant_id, t.name, t.status, t.placement, t.job_limit,
       (select count(*) from auth.members m where m.tenant_id = t.id) as members,
       (select count(*) from app.jobs j where j.tenant_id = t.id and j.finished_at is null) as open_jobs,
       t.created_at
  from auth.tenants t
 where $1::text is null or t.id::text = $1
 order by t.created_at desc
 limit 500
