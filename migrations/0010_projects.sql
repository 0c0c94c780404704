-- The sample noun. A team that starts from Bulkhead reads this file to see what a tenant's table looks
-- like, and removes it when it has one of its own.
--
-- tenant_id is no foreign key: every insert would lock the tenant's row, and the writers of a busy tenant
-- would wait for each other there. The context that the policy demands was opened from that row.

set local role bulkhead_owner;

create table app.projects (
  tenant_id   uuid not null default app.claimed_tenant(),
  id          uuid not null default app.new_id(),
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

select app.own_table('app.projects',
  read_by    => '{project:read,project:write}',
  written_by => '{project:write}',
  updates    => '{name,description,attributes,updated_at}',
  in_jobs    => '{select}');
