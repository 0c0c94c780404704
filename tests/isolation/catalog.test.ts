import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHECKS } from "../prove/isolation/index.ts";
import { proveIsolation, runCheck } from "../prove/isolation/prove.ts";
import { brokenOf } from "../prove/report.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { redefine } from "../support/mutation.ts";

type Break = string | ((database: TestDatabase) => Promise<unknown>);

/** What each check must find: its discipline broken on purpose. */
const BREAKS: Record<string, Break[]> = {
  schemas: [
    "create schema reports",
    "create table public.notes (id uuid)",
    "create function public.f() returns int language sql return 1",
  ],
  relations: [
    "create view app.all_projects as select * from app.projects",
    "create view app.all_projects with (security_invoker = true) as select * from app.projects",
    "create materialized view audit.copy as select * from app.projects",
    "create table app.parts (tenant_id uuid not null) partition by hash (tenant_id)",
  ],
  views: ["create view app.all_projects as select * from app.projects"],
  "tenant-owned": [
    "create table app.notes (id uuid)",
    "create table app.notes (tenant_id uuid)",
    "create table app.notes (tenant_id text not null)",
    "alter table app.projects drop constraint projects_pkey, alter tenant_id drop not null",
  ],
  keys: [
    "create unique index on app.projects (name)",
    "create unique index on app.projects (lower(name))",
    "alter table app.jobs add unique (id)",
    "alter table app.projects add unique (name, tenant_id)",
    "alter table app.projects add exclude using hash (id with =)",
    "alter table app.projects drop constraint projects_pkey",
    "create table app.notes (tenant_id uuid not null)",
  ],
  indexes: [
    "create index on app.projects (name)",
    "create index on app.projects using gin (attributes)",
    "create index on app.projects using gin (to_tsvector('simple', name))",
    "create index on app.projects using hash (name)",
    "create index on app.projects using brin (created_at)",
    `create index on app.projects using gin (
       (to_tsvector('simple', name) || array_to_tsvector(array['tenant ' || tenant_id::text])))`,
    "create index on app.projects using gin (app.tenant_words('00000000-0000-0000-0000-000000000000', name))",
  ],
  references: [
    `alter table app.projects add unique (id);
     create table app.notes (tenant_id uuid not null, project uuid references app.projects (id))`,
    `alter table app.projects add unique (id, tenant_id);
     create table app.notes (tenant_id uuid not null, project uuid,
       foreign key (project, tenant_id) references app.projects (id, tenant_id))`,
    "create table app.notes (tenant_id uuid not null, author uuid references auth.users)",
    `alter table app.projects add unique (id);
     alter table auth.sessions add project uuid references app.projects (id)`,
  ],
  counters: [
    "create sequence app.numbers",
    "alter table app.projects add number bigint generated always as identity",
    "alter table app.projects add number bigserial",
  ],
  "row-security": [
    "create table app.bare (tenant_id uuid)",
    "alter table app.projects disable row level security",
    "alter table auth.users no force row level security",
  ],
  policies: [
    "drop policy tenant_isolation on audit.events; drop policy definer_functions on audit.events",
    "alter policy tenant_isolation on app.projects to public",
    "create policy wide on app.jobs for select using (true)",
    `create policy half on app.projects to bulkhead_api
       using (tenant_id = (select id from app.current_tenant where permission = any ('{project:read}')))`,
    "alter policy tenant_isolation on app.projects using (tenant_id = (select id from app.current_tenant))",
    "alter policy tenant_isolation on app.projects with check (tenant_id = (select id from app.current_tenant))",
    `alter policy tenant_isolation on app.projects
       using (tenant_id = (select id from app.current_tenant where permission <> any ('{project:read}')))`,
    "alter policy tenant_isolation on app.projects using (true)",
    "alter policy tenant_isolation on app.projects with check (true)",
    "alter policy tenant_isolation on app.projects using (tenant_id = app.tenant_id())",
    "alter policy tenant_isolation on app.projects using (tenant_id = (select app.tenant_id()))",
    "alter policy tenant_isolation on app.projects using (tenant_id = (select app.claimed_tenant()))",
    "create policy wide on app.projects to bulkhead_auth using (true)",
    "create policy wide on app.projects to bulkhead_owner, bulkhead_api using (true) with check (true)",
    "create policy blind on app.projects for insert to bulkhead_worker with check (true)",
  ],
  commands: [
    "drop policy tenant_isolation on app.projects",
    "drop policy tenant_isolation on audit.events",
    "grant insert on app.jobs to bulkhead_worker",
    "grant update (state) on app.jobs to bulkhead_api",
    `drop policy tenant_isolation on app.projects;
     create policy tenant_isolation on app.projects to bulkhead_api, bulkhead_worker
       using (tenant_id = (select id from app.current_tenant))`,
  ],
  audit: [
    "drop trigger record on app.projects",
    "alter table app.projects disable trigger record",
    "alter table app.projects enable replica trigger record",
    "drop trigger record_state on app.jobs",
    "create table app.notes (tenant_id uuid not null)",
  ],
  "audit-conditions": [
    `create trigger also after update on app.api_keys
       for each row when (old.last_used_at is not distinct from new.last_used_at) execute function audit.record()`,
    `create or replace trigger record after insert or update or delete on app.api_keys
       for each row execute function audit.record('{token_hash}', '{last_used_at,revoked_at}')`,
    "grant update (last_used_at) on app.api_keys to bulkhead_api",
    "grant update (status_at) on auth.tenants to bulkhead_auth",
    "grant update (state) on app.jobs to bulkhead_api",
    `create or replace trigger record after insert or update of name or delete on app.projects
       for each row execute function audit.record()`,
    `create or replace trigger record after update on app.projects
       for each row when (old.name <> new.name) execute function audit.record()`,
  ],
  moves: [
    "drop policy operator_reads on app.projects",
    "drop trigger note_change on app.jobs",
    "alter table audit.events enable trigger note_change",
    "create table app.notes (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id))",
  ],
  triggers: [
    "alter table app.idempotency_keys disable trigger answered",
    "alter table app.projects disable trigger note_change",
    "alter table auth.members disable trigger all",
    "create trigger own after update on app.projects for each row execute function suppress_redundant_updates_trigger()",
    "alter table app.projects add constraint named check (name <> 'x') not valid",
    "create rule also as on insert to app.projects do also notify projects",
  ],
  types: [
    "create domain app.email as text",
    "create type app.state as enum ('on', 'off')",
    "create type app.pair as (a int, b int)",
    "create type public.span as range (subtype = int4)",
    "create operator app.= (function = pg_catalog.texteq, leftarg = text, rightarg = text)",
    "create cast (uuid as bytea) with function uuid_send(uuid)",
    "create text search configuration app.words (copy = simple)",
    "create collation app.c (locale = 'C')",
  ],
  "search-path": [
    "alter function app.tenant_id() reset search_path",
    "alter function app.claim(text, bytea) set search_path = pg_catalog",
    "create function app.f() returns int language sql security definer return 1",
  ],
  "fixed-settings": [
    "alter function app.search_projects reset gin_fuzzy_search_limit",
    "alter function audit.record() reset standard_conforming_strings",
    "alter function app.claim(text, bytea) set transform_null_equals = on",
    "alter function app.claim(text, bytea) set work_mem = '1MB'",
    "create function app.f() returns int language sql security definer set search_path = pg_catalog, pg_temp return 1",
  ],
  locks: [
    `create function app.f(tenant uuid) returns void language plpgsql set search_path = pg_catalog, pg_temp
       as 'begin perform pg_advisory_xact_lock(hashtextextended(tenant::text, 0)); end'`,
    `create function app.f(tenant uuid) returns boolean language sql
       return pg_try_advisory_lock(hashtextextended(tenant::text, 0))`,
  ],
  parallel: ["alter function app.tenant_id() parallel safe"],
  languages: [
    "alter function app.claimed_tenant() leakproof",
    "create function app.f(text) returns text language internal as 'textout'",
    "create procedure app.p() language sql as 'select 1'",
  ],
  "current-tenant": [
    "alter view app.current_tenant reset (security_barrier)",
    "alter view app.current_tenant rename to whose",
    `create or replace view app.current_tenant with (security_barrier) as
       select app.claimed_tenant() as id, ''::text as permission from app.signing_keys k`,
    `create or replace view app.current_tenant with (security_barrier) as
       select app.claimed_tenant() as id, ''::text as permission, k.key from app.signing_keys k where app.signed(k.key)`,
    "grant select on app.current_tenant to bulkhead_auth",
    "grant select (id) on app.current_tenant to public",
    "grant update on app.current_tenant to bulkhead_api",
    "revoke select on app.current_tenant from bulkhead_worker",
    "drop view app.current_tenant cascade",
    (database) =>
      redefine(database, "app.tenant_id", (definition) =>
        definition.replace("(select id from app.current_tenant)", "app.claimed_tenant()"),
      ),
    "alter function app.tenant_id() parallel unsafe",
    "alter function app.tenant_id() security invoker",
    "alter function app.tenant_id() immutable",
    "alter function app.tenant_id() rename to whose",
  ],
  signature: [
    `create or replace function app.signed(key bytea) returns boolean
       language sql stable parallel restricted return current_setting('app.sig', true) is not null`,
    (database) =>
      redefine(database, "app.mac", (definition) =>
        definition.replace("timestamptz_send(CURRENT_TIMESTAMP)", "''::bytea"),
      ),
    (database) =>
      redefine(database, "app.mac", (definition) =>
        definition.replace("int4send(pg_backend_pid())", "''::bytea"),
      ),
    (database) => redefine(database, "app.vouched", (definition) => definition.replace("64", "0")),
    "drop function app.vouch(bytea, text) cascade",
  ],
  "tenant-argument": [
    "grant execute on function app.open_job to bulkhead_api",
    "create function app.f(of_tenant uuid) returns int language sql return 1; grant execute on function app.f(uuid) to public",
  ],
  "signing-key": [
    (database) => redefine(database, "app.context", intoVariable),
    `create or replace view app.current_tenant with (security_barrier) as
       select app.claimed_tenant() as id, ''::text as permission from app.signing_keys k where app.signed((array[k])[1].key)`,
    (database) => redefine(database, "app.open_session", intoVariable),
    (database) =>
      redefine(database, "app.context", (definition) =>
        definition.replace("app.signed(k.key)", "app.signed((array[k])[1].key)"),
      ),
    (database) =>
      redefine(database, "app.context", (definition) =>
        definition.replace("current_setting('app.ctx', true) from", "encode(k.key, 'hex') from"),
      ),
    (database) =>
      redefine(database, "app.context", (definition) =>
        definition.replace("begin\n", "begin execute 'select key from app.signing_keys';\n"),
      ),
    "alter function app.mac(bytea, text) security definer",
    "alter function app.signature(bytea, text) security definer",
    "alter function app.signed(bytea) set search_path = pg_catalog, pg_temp",
  ],
  execute: [
    "grant execute on function app.sign_context to bulkhead_worker",
    "grant execute on function app.open_job to bulkhead_api",
    "grant execute on function audit.record() to public",
    "revoke execute on function app.proceed() from bulkhead_api",
    "create function app.f() returns int language sql return 1; grant execute on function app.f() to bulkhead_api",
    "drop function app.sweep_armed(integer)",
  ],
  owner: [
    "alter table app.projects owner to bulkhead_master",
    "alter function app.tenant_id() owner to bulkhead_api",
    "alter schema app owner to bulkhead_master",
    "alter role bulkhead_owner login",
    "alter role bulkhead_owner bypassrls",
  ],
  "owns-nothing": [
    "create table public.mine (); alter table public.mine owner to bulkhead_api",
    "create table public.mine (); alter table public.mine owner to rds_iam",
    "do $$ begin execute format('alter large object %s owner to bulkhead_api', lo_create(0)); end $$",
  ],
  "makes-nothing": [
    "grant create on schema app to bulkhead_api",
    "grant create on schema public to public",
    "do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$",
    "do $$ begin execute format('grant create on database %I to rds_iam', current_database()); end $$",
  ],
  grants: [
    "grant select on auth.sessions to bulkhead_api",
    "grant select (key) on app.signing_keys to bulkhead_worker",
    "grant update (answer) on app.idempotency_keys to bulkhead_api",
    "grant select on auth.users to public",
    "grant select on app.projects to bulkhead_sweeper",
    "grant insert on audit.events to bulkhead_api",
    "grant delete on audit.events to bulkhead_auth",
    "grant truncate on app.projects to bulkhead_worker",
    "grant trigger on app.projects to bulkhead_api",
    "grant references (id) on app.projects to bulkhead_api",
    "grant maintain on app.projects to bulkhead_api",
    "grant select on app.projects to bulkhead_api with grant option",
    "grant bulkhead_owner to bulkhead_sweeper with inherit true",
  ],
  updates: [
    "grant update on app.projects to bulkhead_api",
    "grant update on auth.tenants to bulkhead_auth",
    "grant update (placement) on auth.tenants to bulkhead_auth",
    "grant update (token_hash) on app.api_keys to bulkhead_api",
    "grant update (name) on app.projects to public",
    "revoke update (name) on app.projects from bulkhead_api",
  ],
  "schema-usage": [
    "grant usage on schema auth to bulkhead_api",
    "grant usage on schema public to public",
    "revoke usage on schema app from bulkhead_worker",
  ],
  "known-roles": [
    "create role stranger; grant select on app.projects to stranger",
    "create role stranger; grant select (name) on app.projects to stranger",
    "grant execute on function app.actor() to public",
    "grant usage on schema app to public",
    "create role stranger; create policy theirs on app.projects to stranger using (true)",
  ],
  defaults: [
    "alter default privileges for role bulkhead_owner grant execute on functions to public",
    "alter default privileges for role bulkhead_owner in schema app grant select on tables to bulkhead_api",
  ],
  attributes: [
    "alter role bulkhead_api bypassrls",
    "alter role bulkhead_api superuser",
    "alter role bulkhead_worker createrole",
    "alter role bulkhead_sweeper inherit",
    "alter role bulkhead_auth replication",
    "alter role rds_iam createdb",
  ],
  memberships: [
    "grant bulkhead_owner to bulkhead_api",
    "grant bulkhead_api to bulkhead_master",
    "grant pg_read_all_data to bulkhead_worker",
    "grant bulkhead_owner to rds_iam",
    "create role stranger; grant bulkhead_owner to stranger",
  ],
  settings: [
    "alter role bulkhead_api set statement_timeout = 1",
    "do $$ begin execute format('alter role bulkhead_api in database %I set work_mem = 64', current_database()); end $$",
    "do $$ begin execute format('alter database %I set row_security = off', current_database()); end $$",
  ],
  parameters: [
    "grant set on parameter session_replication_role to bulkhead_api",
    "grant set on parameter session_replication_role to public",
  ],
  surprises: [
    "create extension citext schema public",
    "create foreign data wrapper elsewhere",
    "create publication everything for all tables",
    `create function app.spy() returns event_trigger language plpgsql as 'begin end';
     create event trigger spy on ddl_command_start execute function app.spy()`,
    "select lo_create(0)",
  ],
  master: [
    "alter role bulkhead_master bypassrls",
    "grant bulkhead_api to bulkhead_master",
    "alter table public.schema_migrations owner to rdsadmin",
    "do $$ begin execute format('alter database %I owner to rdsadmin', current_database()); end $$",
  ],
};

/** The key is read first and used then, as anyone would have written it. */
const intoVariable = (definition: string) =>
  definition
    .replaceAll("k.key", "signing_key")
    .replace("declare\n", "declare signing_key bytea := (select key from app.signing_keys);\n")
    .replace(
      /AS \$function\$\s*begin\n/,
      "AS $function$ declare signing_key bytea := (select key from app.signing_keys); begin\n",
    );

describe("the catalog says that", () => {
  let database: TestDatabase;
  let drop = async () => {};
  beforeAll(async () => {
    database = await freshDatabase((end) => {
      drop = end;
    });
    await database.sql("begin");
  });
  afterAll(() => drop());

  it.each(CHECKS)("$guarantee", async (check) => {
    const run = () => runCheck(database.sql, check);
    expect(brokenOf({ checks: [await run()] })).toEqual([]);
    const breaks = BREAKS[check.id] ?? [];
    expect(breaks).not.toEqual([]);
    for (const change of breaks) {
      // Undone at once: roles belong to the whole server, which other tests use.
      await database.sql("savepoint before");
      await (typeof change === "string" ? database.sql(change) : change(database));
      const broken = brokenOf({ checks: [await run()] });
      await database.sql("rollback to before");
      expect([change, broken.length > 0]).toEqual([change, true]);
      for (const { fault, remedy } of broken) {
        expect([change, fault, remedy]).toEqual([
          change,
          expect.any(String),
          expect.stringMatching(/\S/),
        ]);
      }
    }
  });

  it("every exception is needed", async () => {
    await database.sql("savepoint before");
    await database.sql("alter table auth.rate_limits add tenant_id uuid not null");
    const report = await proveIsolation(database.sql);
    await database.sql("rollback to before");
    expect(brokenOf(report)).toContainEqual(
      expect.objectContaining({
        check: "exceptions",
        fault: "auth.rate_limits is an exception from tenant-owned and does not need to be one",
      }),
    );
  });
});
