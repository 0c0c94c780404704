import { createHash, randomBytes } from "node:crypto";
import type { Client } from "pg";

const PROJECTS = 2_000;
const MUTATIONS = 2_000;

export const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();

/** Where one caller asks: their tenant, its projects, and the token that they are signed in with. */
export type Place = { url: string; token: string; tenant: string; ids: string[] };

/** The product's database, and in its schema `bare` the same tables without checks, policies, triggers and context. */
export async function seedProduct(superuser: Client, url: string): Promise<Place> {
  const place = await seed(superuser, url);
  await superuser.query("create schema bare");
  for (const table of ["app.projects", "app.idempotency_keys", "app.jobs", "audit.events"]) {
    const bare = table.replace(/.*\./, "bare.");
    await superuser.query(
      `create table ${bare} (like ${table} including defaults including indexes)`,
    );
    await superuser.query(`insert into ${bare} select * from ${table}`);
  }
  await superuser.query(`
    grant usage on schema bare to bulkhead_api;
    grant select, insert, update on all tables in schema bare to bulkhead_api`);
  return place;
}

const POLICY = "tenant_id = (select nullif(current_setting('app.tenant', true), '')::uuid)";

/**
 * A database of the same tables and indexes as a team would have them that writes all of it by hand: one role, a policy
 * that asks a plain setting, and no triggers. Identity has no policies.
 */
export async function seedHandwritten(superuser: Client, url: string): Promise<Place> {
  const place = await seed(superuser, url);
  await superuser.query(`
    create role bench_handwritten login password 'runtime';
    grant connect on database handwritten to bench_handwritten;
    grant usage on schema auth, app, audit to bench_handwritten;
    grant select on auth.sessions, auth.members, auth.tenants to bench_handwritten;
    grant select, insert, update on app.projects, app.jobs, app.idempotency_keys, audit.events to bench_handwritten;
    grant execute on function app.new_id(), app.tenant_words(uuid, text), app.tenant_attributes(uuid, jsonb)
      to bench_handwritten;
    alter table auth.sessions disable row level security;
    alter table auth.members disable row level security;
    alter table auth.tenants disable row level security;
    alter table app.jobs alter trace drop default`);
  for (const table of ["app.projects", "app.jobs", "app.idempotency_keys", "audit.events"]) {
    await superuser.query(`
      do $$
      declare
        name text;
      begin
        for name in select polname from pg_policy where polrelid = '${table}'::regclass loop
          execute format('drop policy %I on ${table}', name);
        end loop;
        for name in select tgname from pg_trigger where tgrelid = '${table}'::regclass and not tgisinternal loop
          execute format('drop trigger %I on ${table}', name);
        end loop;
      end $$`);
    await superuser.query(
      `create policy tenant on ${table} using (${POLICY}) with check (${POLICY})`,
    );
  }
  return place;
}

async function seed(superuser: Client, url: string): Promise<Place> {
  const token = randomBytes(32).toString("base64url");
  const { rows: users } = await superuser.query(
    "insert into auth.users (name, email) values ('bench', 'bench@example.test') returning id",
  );
  await superuser.query(
    "insert into auth.sessions (user_id, token, expires_at) values ($1, $2, now() + interval '1 day')",
    [users[0].id, sha256(sha256(token)).toString("hex")],
  );
  const { rows: tenants } = await superuser.query("select id from auth.tenants");
  const tenant: string = tenants[0].id;
  // The superuser has no context.
  await superuser.query("set session_replication_role = replica");
  const { rows: projects } = await superuser.query(
    `insert into app.projects (tenant_id, name, created_by)
     select $1, 'project ' || i, 'bench' from generate_series(1, ${PROJECTS}) i returning id`,
    [tenant],
  );
  await seedMutations(superuser, tenant);
  await superuser.query("set session_replication_role = origin");
  return { url, token, tenant, ids: projects.map(({ id }) => id) };
}

/**
 * Earlier mutations, because plans that are made for empty tables are no ordinary ones. Their jobs hold the tenant's
 * slots, and the others wait: a new job finds none free, on either side.
 */
async function seedMutations(superuser: Client, tenant: string) {
  for (const insert of [
    `app.jobs (tenant_id, task, input, slot, epoch, created_by)
     select $1, 'project.export', '{}', case when i <= 4 then i end, (i <= 4)::integer, 'bench'`,
    `app.idempotency_keys (tenant_id, actor, key, request_hash, status, answer)
     select $1, 'bench', gen_random_uuid(), sha256(''), 201, '{}'`,
    `audit.events (tenant_id, actor, action, operation, target_type, target_id, request_id)
     select $1, 'bench', 'project.create', 'insert', 'projects', app.new_id(), 'bench'`,
  ]) {
    await superuser.query(`insert into ${insert} from generate_series(1, ${MUTATIONS}) i`, [
      tenant,
    ]);
  }
}

export const anyOf = ({ ids }: Place): string =>
  ids[Math.floor(Math.random() * ids.length)] as string;
