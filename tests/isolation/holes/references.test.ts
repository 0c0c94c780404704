import { hole, type Site } from "../../support/hole.ts";

const noteTable = (reference: string) => `
  set role bulkhead_owner;
  create table app.notes (
    tenant_id  uuid not null default app.tenant_id(),
    id         uuid not null default gen_random_uuid(),
    project_id uuid not null,
    primary key (tenant_id, id)
  );
  alter table app.notes enable row level security;
  alter table app.notes force row level security;
  create policy tenant_isolation on app.notes to bulkhead_api using (tenant_id = (select app.tenant_id()));
  grant select, insert on app.notes to bulkhead_api;
  alter table app.notes add constraint of_project ${reference};
  reset role`;

/** A reference that is accepted tells that the row exists, in another tenant. */
async function pointAt({ mallory, secretId, request }: Site) {
  const { failure } = await request(
    mallory,
    `insert into app.notes (project_id) values ('${secretId}')`,
  );
  if (failure && (failure as { code?: string }).code !== "23503") throw failure;
  return failure ? undefined : "it exists";
}

hole("a reference tells nothing of other tenants' rows", {
  attack: pointAt,
  given: ({ database }) =>
    database.sql(
      noteTable("foreign key (tenant_id, project_id) references app.projects (tenant_id, id)"),
    ),
  broken: {
    "it does not begin with the tenant": ({ database }) =>
      database.sql(`
        alter table app.projects add unique (id);
        alter table app.notes drop constraint of_project;
        alter table app.notes add constraint of_project foreign key (project_id) references app.projects (id)`),
  },
});
