import { describe, expect, it } from "vitest";
import { newSite } from "../support/hole.ts";

const DENIED = "42501";

/** SQL of the API's role inside a good context, and the SQLSTATE that ends it. */
const REFUSED: Record<string, string> = {
  "set role bulkhead_owner": DENIED,
  "set role bulkhead_worker": DENIED,
  "set session authorization bulkhead_owner": DENIED,
  "set session_replication_role = replica": DENIED,
  "grant bulkhead_owner to bulkhead_api": DENIED,
  "alter role bulkhead_worker password 'x'": DENIED,
  "alter role bulkhead_worker set work_mem = '1MB'": DENIED,
  "alter role bulkhead_api bypassrls": DENIED,
  "alter role bulkhead_api createrole": DENIED,
  "create role another": DENIED,

  "alter table app.projects disable trigger all": DENIED,
  "alter table app.projects disable row level security": DENIED,
  "alter table app.projects no force row level security": DENIED,
  "create policy wide on app.projects using (true)": DENIED,
  "alter policy tenant_isolation on app.projects using (true)": DENIED,
  "drop policy tenant_isolation on app.projects": DENIED,
  "drop trigger record on app.projects": DENIED,
  "create trigger t after insert on app.projects for each row execute function app.place_tenant()":
    DENIED,
  "create rule r as on insert to app.projects do also notify x": DENIED,
  "truncate app.projects": DENIED,
  "drop table app.projects": DENIED,
  "reindex table app.projects": DENIED,
  "alter function app.tenant_id() reset search_path": DENIED,
  "create or replace function app.tenant_id() returns uuid language sql as 'select null::uuid'":
    DENIED,
  "drop function app.proceed()": DENIED,

  "create schema mine": DENIED,
  "create temporary table t (x int)": DENIED,
  "create function pg_temp.f() returns int language sql as 'select 1'": DENIED,
  "create table public.t (x int)": DENIED,
  "create table app.t (x int)": DENIED,
  "create function app.f() returns int language sql as 'select 1'": DENIED,
  "create view app.v as select * from app.projects": DENIED,
  "create type app.text as (x int)": DENIED,
  "create domain app.bytea as pg_catalog.bytea": DENIED,
  "create operator app.= (function = pg_catalog.texteq, leftarg = text, rightarg = text)": DENIED,
  "create sequence app.s": DENIED,
  "create extension dblink": DENIED,
  "create publication p for all tables": DENIED,
  "create event trigger e on ddl_command_start execute function app.place_tenant()": DENIED,

  "select * from app.signing_keys": DENIED,
  "select k.key from app.current_tenant, app.signing_keys k": DENIED,
  "select id from app.current_tenant for update": DENIED,
  "delete from app.current_tenant": DENIED,
  "create or replace view app.current_tenant as select gen_random_uuid() as id": DENIED,
  "alter view app.current_tenant reset (security_barrier)": DENIED,
  "select * from app.role_permissions": DENIED,
  "select * from app.idempotency_keys": DENIED,
  "select * from auth.users": DENIED,
  "select * from auth.sessions": DENIED,
  "select * from app.sweeps": DENIED,
  "select * from public.schema_migrations": DENIED,
  "insert into app.jobs (task, input) values ('a.b', '{}')": DENIED,
  "update app.jobs set state = 'queued'": DENIED,
  "delete from app.api_keys": DENIED,
  "insert into audit.events select * from audit.events": DENIED,
  "update audit.events set actor = 'other'": DENIED,
  "delete from audit.events": DENIED,

  "select app.sign_context(gen_random_uuid(), 'user:x', 'owner', 'r', 'a')": DENIED,
  "select app.context()": DENIED,
  "select app.open_job(gen_random_uuid(), gen_random_uuid(), 1, null, 'r')": DENIED,
  "select app.end_job(gen_random_uuid(), gen_random_uuid(), 'failed', null, null)": DENIED,
  "select app.free_slot(gen_random_uuid())": DENIED,
  "select app.sweep('r', 1)": DENIED,

  "copy app.projects to '/tmp/projects'": DENIED,
  "copy app.projects to program 'cat'": DENIED,
  "copy app.projects from program 'ls'": DENIED,
  "copy app.projects from stdin": "0A000",
  "copy audit.events from stdin": DENIED,
  "copy (select * from auth.sessions) to stdout": DENIED,
  "select pg_read_file('PG_VERSION')": DENIED,
  "select pg_ls_dir('.')": DENIED,
  "select lo_import('/etc/passwd')": DENIED,
  "load 'dblink'": DENIED,
  "select * from pg_authid": DENIED,
  "select * from pg_statistic": DENIED,
};

describe("the API's role, inside a good context", () => {
  it("is refused whatever would lift a policy, make something, or reach past its tables", async () => {
    const { mallory, request } = await newSite();
    const outcomes: Record<string, unknown> = {};
    for (const text of Object.keys(REFUSED)) {
      const { failure } = await request(mallory, text);
      outcomes[text] = (failure as { code?: string } | undefined)?.code ?? "succeeded";
    }
    expect(outcomes).toEqual(REFUSED);
  });

  it("gets an error, not more rows, for row_security = off", async () => {
    const { mallory, request } = await newSite();
    const { failure } = await request(
      mallory,
      "set row_security = off",
      "select * from app.projects",
    );
    expect(failure).toMatchObject({ code: DENIED });
  });
});
