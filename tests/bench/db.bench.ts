import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type Caller, change, connect, enqueue, mutate, statement, transact } from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { Pool } from "pg";
import { atLeast, type Figure, ratioOf } from "./figure.ts";
import { benchServer } from "./server.ts";

const SEED = 2_000;

const byId = statement((db) =>
  db
    .select({ id: projects.id, name: projects.name, createdAt: projects.createdAt })
    .from(projects)
    .where(eq(projects.id, sql.placeholder("id")))
    .prepare("by_id"),
);
const insert = change(201, (db) =>
  db
    .insert(projects)
    .values({ name: sql.placeholder("name") })
    .returning({ answer: sql`json_build_object('id', ${projects.id}, 'name', ${projects.name})` })
    .prepare("insert"),
);

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();

/** What everything in `docs/architecture.md`'s tenant transaction costs, against doing none of it. */
export async function* bench(): AsyncIterable<Figure> {
  const server = await benchServer();
  try {
    const { credential, ids } = await seed(server.superuser);
    yield* figures(server.apiUrl(), credential, ids);
  } finally {
    await server.stop();
  }
}

type Superuser = Awaited<ReturnType<typeof benchServer>>["superuser"];

async function seed(superuser: Superuser) {
  const token = randomBytes(32).toString("base64url");
  const proof = sha256(token);
  const { rows: users } = await superuser.query(
    "insert into auth.users (name, email) values ('bench', 'bench@example.test') returning id",
  );
  await superuser.query(
    "insert into auth.sessions (user_id, token, expires_at) values ($1, $2, now() + interval '1 day')",
    [users[0].id, sha256(proof).toString("hex")],
  );
  const { rows: tenants } = await superuser.query("select id from auth.tenants");
  // The superuser has no context, and the trail of the seed is nobody's business.
  await superuser.query("alter table app.projects disable trigger record");
  const { rows } = await superuser.query(
    `insert into app.projects (tenant_id, name, created_by)
     select $1, 'project ' || i, 'bench' from generate_series(1, ${SEED}) i returning id`,
    [tenants[0].id],
  );
  await superuser.query("alter table app.projects enable trigger record");
  // The bare side: the same table without any of the discipline, and the role may use it.
  await superuser.query("create table app.bare as select * from app.projects");
  await superuser.query("alter table app.bare add primary key (tenant_id, id)");
  await superuser.query("alter table app.bare alter id set default gen_random_uuid()");
  await superuser.query("create index on app.bare (tenant_id, created_at desc, id desc)");
  await superuser.query("grant select, insert on app.bare to bulkhead_api");
  await superuser.query("vacuum analyze");
  return {
    credential: { kind: "session", proof } as const,
    ids: rows.map((row) => ({ id: row.id as string, tenant: tenants[0].id as string })),
  };
}

async function* figures(
  url: string,
  credential: { kind: "session"; proof: Buffer },
  ids: { id: string; tenant: string }[],
): AsyncIterable<Figure> {
  for (const lanes of [1, 10]) {
    const bare = new Pool({ connectionString: url, max: lanes });
    bare.on("error", () => {}); // the server may stop first
    const home = connect({ connectionString: url, max: lanes });
    const caller: Caller = {
      databases: { home },
      credential,
      purpose: { permission: "project:write", action: "project.create", requestId: randomUUID() },
    };
    const any = () => ids[Math.floor(Math.random() * ids.length)] as { id: string; tenant: string };

    const bareRead = () => {
      const { id, tenant } = any();
      return bare.query({
        name: "bare_read",
        text: "select id, name, created_at from app.bare where tenant_id = $1 and id = $2",
        values: [tenant, id],
        rowMode: "array",
      });
    };
    const tenantRead = () => transact(caller, byId({ id: any().id }));
    const serialRead = async () => {
      const client = await bare.connect();
      await client.query("begin");
      await client.query({
        name: "open",
        text: "select * from app.open_session($1, $2, $3, $4)",
        values: [credential.proof, "project:read", "project.read", "bench"],
      });
      await client.query({
        name: "serial_read",
        text: "select id, name, created_at from app.projects where id = $1",
        values: [any().id],
      });
      await client.query("commit");
      client.release();
    };
    const bareInsert = () =>
      bare.query({
        name: "bare_insert",
        text: "insert into app.bare (tenant_id, name, description, created_by, created_at, updated_at) values ($1, $2, '', 'bench', now(), now()) returning id, name",
        values: [any().tenant, "a project"],
      });
    const mutation = () => {
      const key = randomUUID();
      return mutate(caller, {
        key,
        hash: sha256(key),
        change: insert({ name: "a project" }),
        jobs: [enqueue(randomUUID(), "project.export", { project_id: key }, null, null)],
      });
    };

    yield atLeast(
      `tenant read / bare read, ${lanes} conn`,
      lanes === 1 ? 0.5 : 0.4,
      await ratioOf(tenantRead, bareRead, { lanes }),
    );
    yield atLeast(
      `tenant read / serial form, ${lanes} conn`,
      2.5,
      await ratioOf(tenantRead, serialRead, { lanes }),
    );
    yield atLeast(
      `mutation / bare insert, ${lanes} conn`,
      lanes === 1 ? 0.45 : 0.3,
      await ratioOf(mutation, bareInsert, { lanes }),
    );
    await bare.end();
    await home.end();
  }
}
