import { describe, expect, it } from "vitest";
import { PROOFS, type Proof } from "../support/catalog.ts";
import { freshDatabase } from "../support/database.ts";

/** What each proof must find: its discipline broken on purpose. */
const BREAKS: Record<keyof typeof PROOFS, string[]> = {
  rowSecurity: [
    "create table app.bare (tenant_id uuid)",
    "alter table app.projects disable row level security",
    "alter table auth.users no force row level security",
    "create view app.all_projects as select * from app.projects",
    "create materialized view audit.copy as select * from app.projects",
  ],
  policies: [
    "drop policy tenant_isolation on app.projects",
    "alter policy tenant_isolation on app.projects to public",
    "create policy wide on app.jobs for select using (true)",
  ],
  tenantPolicies: [
    "alter policy tenant_isolation on app.projects using (true)",
    "alter policy tenant_isolation on app.projects with check (true)",
    "alter policy tenant_isolation on app.projects using (tenant_id = app.tenant_id())",
    "create policy wide on app.projects to bulkhead_auth using (true)",
    "create policy blind on app.projects for insert to bulkhead_worker with check (true)",
  ],
  tenantColumn: [
    "alter table app.projects drop constraint projects_pkey, alter tenant_id drop not null",
  ],
  tenantKeys: [
    "create unique index on app.projects (name)",
    "alter table app.jobs add unique (id)",
  ],
  tenantReferences: [
    `alter table app.projects add unique (id);
     create table app.notes (tenant_id uuid not null, project uuid references app.projects (id))`,
  ],
  audited: [
    "drop trigger record on app.projects",
    "alter table app.projects disable trigger record",
    "drop trigger record_state on app.jobs",
    "create table app.notes (tenant_id uuid not null)",
  ],
  noCounters: [
    "create sequence app.numbers",
    "alter table app.projects add number bigint generated always as identity",
  ],
  searchPath: [
    "alter function app.tenant_id() reset search_path",
    "alter function app.claim(text, bytea) set search_path = pg_catalog",
    "create function app.f() returns int language sql security definer return 1",
  ],
  parallel: ["alter function app.tenant_id() parallel safe"],
  execute: [
    "grant execute on function app.sign_context(uuid, text, text, text, text) to bulkhead_worker",
    "grant execute on function audit.record() to public",
    "revoke execute on function app.proceed() from bulkhead_api",
    "create function app.f() returns int language sql return 1; grant execute on function app.f() to bulkhead_api",
  ],
  owner: [
    "alter table app.projects owner to bulkhead_master",
    "alter function app.tenant_id() owner to bulkhead_api",
    "alter schema app owner to bulkhead_master",
    "alter role bulkhead_owner login",
  ],
  ownsNothing: ["create table public.mine (); alter table public.mine owner to bulkhead_api"],
  attributes: [
    "alter role bulkhead_api bypassrls",
    "alter role bulkhead_worker createrole",
    "alter role bulkhead_sweeper inherit",
  ],
  memberships: ["grant bulkhead_owner to bulkhead_api", "grant bulkhead_api to bulkhead_master"],
  settings: ["alter role bulkhead_api set statement_timeout = 1"],
  makesNothing: [
    "grant create on schema app to bulkhead_api",
    "grant create on schema public to public",
    "do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$",
  ],
  secrets: [
    "grant select on auth.sessions to bulkhead_api",
    "grant select (key) on app.signing_keys to bulkhead_worker",
    "grant select on auth.users to public",
  ],
  trail: [
    "grant insert on audit.events to bulkhead_api",
    "grant truncate on app.projects to bulkhead_worker",
  ],
  master: [
    "alter role bulkhead_master bypassrls",
    "grant bulkhead_api to bulkhead_master",
    "alter table public.schema_migrations owner to rdsadmin",
  ],
};

describe("the catalog says that", () => {
  const all = Object.entries(PROOFS) as [keyof typeof PROOFS, Proof][];
  it.each(all.map(([name, proof]) => ({ name, ...proof })))(
    "$guarantee",
    async ({ name, violations }) => {
      const { sql } = await freshDatabase();
      expect(await sql(violations)).toEqual([]);
      for (const change of BREAKS[name]) {
        // Undone at once: roles belong to the whole server, which other tests use.
        await sql("begin");
        await sql(change);
        const found = await sql(violations);
        await sql("rollback");
        expect([change, found.length > 0]).toEqual([change, true]);
      }
    },
  );
});
