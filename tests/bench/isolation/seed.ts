import { createHash } from "node:crypto";
import type { Credential } from "@bulkhead/db";
import type { Client } from "pg";

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();

/** A tenant with a session, and some of its projects. */
export type Place = { tenant: string; credential: Credential; ids: string[] };

/** The first so many of each tenant's projects, by their ids, are those that are asked for. */
const ASKED_EACH = 50;

/**
 * Fills a migrated database with tenants of `rowsEach` projects, and one with `more` on top. The rows lie
 * in no order, so that each row of a list is read from another place: the worst case, whatever the size.
 *
 * As the superuser and without triggers: what is measured is reading.
 */
export async function seed(
  superuser: Client,
  { tenants, rowsEach, more = 0 }: { tenants: number; rowsEach: number; more?: number },
): Promise<Place[]> {
  const run = (text: string) => superuser.query(text);
  await run("set session_replication_role = replica");
  await run("set maintenance_work_mem = '512MB'");
  await run("set synchronous_commit = off");
  await run(
    `insert into auth.users (id, name, email)
     select gen_random_uuid(), i::text, i || '@example.test' from generate_series(1, ${tenants}) i`,
  );
  await run(
    "insert into auth.tenants (id, name, slug) select gen_random_uuid(), name, 't-' || name from auth.users",
  );
  await run(
    `insert into auth.members (user_id, tenant_id, role)
     select u.id, t.id, 'owner' from auth.users u join auth.tenants t using (name)`,
  );
  await run(
    `insert into auth.sessions (user_id, active_tenant_id, token, expires_at)
     select u.id, t.id, encode(sha256(sha256(convert_to('bench ' || u.name, 'UTF8'))), 'hex'), now() + interval '1 day'
       from auth.users u join auth.tenants t using (name)`,
  );

  const { rows: indexes } = await superuser.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
      where indrelid = 'app.projects'::regclass and not indisprimary`,
  );
  for (const { name } of indexes) await run(`drop index ${name}`);
  await run(
    `insert into app.projects (tenant_id, name, description, attributes, created_by, created_at)
     select t.id,
            (array['Apollo', 'Bridge', 'Castle', 'Dam', 'Engine', 'Ferry', 'Garden', 'Harbour'])[1 + random() * 7]
              || ' ' || n,
            (select string_agg('w' || (random() * 499)::integer, ' ') from generate_series(1, 5) where n = n),
            jsonb_build_object('stage', 's' || n % 10, 'region', 'r' || n % 3),
            'user:bench', now() - n * interval '1 minute'
       from generate_series(1, ${rowsEach + more}) n
       join auth.tenants t on n <= ${rowsEach} or t.name = '1'
      order by random()`,
  );
  for (const { definition } of indexes) await run(definition);
  await run("set session_replication_role = origin");
  await run("vacuum analyze");

  const { rows } = await superuser.query<{ tenant: string; name: string; ids: string[] }>(
    `select t.id as tenant, t.name, array(select p.id::text from app.projects p where p.tenant_id = t.id
        order by p.id limit ${ASKED_EACH}) as ids from auth.tenants t order by t.name::integer`,
  );
  return rows.map(({ tenant, name, ids }) => ({
    tenant,
    ids,
    credential: { kind: "session", proof: sha256(`bench ${name}`) },
  }));
}
