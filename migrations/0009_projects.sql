-- The sample noun. A team that starts from Bulkhead reads this file to see what a tenant's table looks
-- like, and removes it when it has one of its own.
--
-- tenant_id is no foreign key: every insert would lock the tenant's row, and the writers of a busy tenant
-- would wait for each other there. The context that the policy demands was opened from that row.

set local role bulkhead_owner;

create table app.projects (
  tenant_id   uuid not null default app.claimed_tenant(),
  id          uuid not null default gen_random_uuid(),
  name        text not null check (name <> '' and length(name) <= 200),
  description text not null default '' check (length(description) <= 10000),
  -- Text under short names, flat: what people tell their projects apart by.
  attributes  jsonb not null default '{}'
    constraint attributes_are_few check (jsonb_typeof(attributes) = 'object' and pg_column_size(attributes) <= 32768),
  created_by  text not null default app.claimed_actor(),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  primary key (tenant_id, id)
);
create index on app.projects (tenant_id, created_at desc, id desc);

-- `force`, because the owner of a table is otherwise exempt from its policies.
alter table app.projects enable row level security;
alter table app.projects force row level security;

-- The subselect is evaluated once a statement instead of once a row. The API's requests are opened for one
-- permission, the worker's for a job.
create policy tenant_isolation on app.projects to bulkhead_api
  using (tenant_id = (select id from app.current_tenant where permission = any ('{project:read,project:write}')))
  with check (tenant_id = (select id from app.current_tenant where permission = any ('{project:write}')));
create policy tenant_isolation_in_jobs on app.projects for select to bulkhead_worker
  using (tenant_id = (select id from app.current_tenant));

create trigger record after insert or update or delete on app.projects
  for each row execute function audit.record();

-- Policy first, grant last: the table is never reachable unguarded.
-- UPDATE by column: a column that is added later is not writable until a migration says so.
grant select, insert, update (name, description, attributes, updated_at), delete on app.projects to bulkhead_api;
grant select on app.projects to bulkhead_worker;
