import { createHash, randomBytes, randomUUID } from "node:crypto";
import {
  type Caller,
  type Connections,
  type Credential,
  change,
  connect,
  enqueue,
  mutate,
  statement,
  transact,
} from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { eq, sql } from "drizzle-orm";
import { Pool } from "pg";
import { delayProxy } from "./delay.ts";
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
    await settle(server, credential, ids);
    yield* figures(server.apiUrl(), credential, ids);
  } finally {
    await server.stop();
  }
}

type Server = Awaited<ReturnType<typeof benchServer>>;

async function seed(superuser: Server["superuser"]) {
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
  await superuser.query("create table app.bare (like app.projects including indexes)");
  await superuser.query("insert into app.bare select * from app.projects");
  await superuser.query(
    "alter table app.bare alter id set default app.new_id(), alter attributes set default '{}'",
  );
  await superuser.query("grant select, insert on app.bare to bulkhead_api");
  await superuser.query("vacuum analyze");
  return {
    credential: { kind: "session", proof } as const,
    ids: rows.map((row) => ({ id: row.id as string, tenant: tenants[0].id as string })),
  };
}

/**
 * A day's worth of mutations, and then statistics: plans made for empty tables are nobody's everyday.
 */
async function settle(server: Server, credential: Credential, places: Place[]) {
  const home = connect({ connectionString: server.apiUrl(), max: 4 });
  const { mutation } = waysOf(home, credential, places);
  const lane = async () => {
    for (let done = 0; done < 500; done++) await mutation();
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  await home.end();
  await server.superuser.query("vacuum analyze");
}

async function* figures(url: string, credential: Credential, ids: Place[]): AsyncIterable<Figure> {
  for (const lanes of [1, 10]) {
    const home = connect({ connectionString: url, max: lanes });
    const ways = waysOf(home, credential, ids);
    const [read, insertion] = lanes === 1 ? [0.5, 0.45] : [0.4, 0.3];
    const title = (what: string) => `${what}, ${lanes} conn`;
    const asPg = new Pool({ connectionString: url, max: lanes });
    const pgs = pgWaysOf(asPg, ids);
    yield atLeast(
      title("tenant read / pg's own query"),
      read,
      await ratioOf(ways.tenantRead, pgs.read, { lanes }),
    );
    yield atLeast(
      title("tenant read / bare read"),
      read,
      await ratioOf(ways.tenantRead, ways.bareRead, { lanes }),
    );
    yield atLeast(
      title("tenant read / serial form"),
      2.5,
      await ratioOf(ways.tenantRead, ways.serialRead, { lanes }),
    );
    yield atLeast(
      title("mutation / pg's own insert"),
      insertion,
      await ratioOf(ways.mutation, pgs.insert, { lanes }),
    );
    yield atLeast(
      title("mutation / bare insert"),
      insertion,
      await ratioOf(ways.mutation, ways.bareInsert, { lanes }),
    );
    await asPg.end();
    await home.end();
  }
  const proxy = await delayProxy(Number(new URL(url).port), 2);
  const far = new URL(url);
  far.port = String(proxy.port);
  const home = connect({ connectionString: far.href, max: 1 });
  const ways = waysOf(home, credential, ids);
  yield atLeast(
    "tenant read / bare read, 2 ms away",
    0.93,
    await ratioOf(ways.tenantRead, ways.bareRead),
  );
  yield atLeast(
    "mutation / bare insert, 2 ms away",
    0.85,
    await ratioOf(ways.mutation, ways.bareInsert),
  );
  await home.end();
  proxy.close();
}

type Place = { id: string; tenant: string };

const READ = "select id, name, created_at from app.bare where tenant_id = $1 and id = $2";
const INSERT =
  "insert into app.bare (tenant_id, name, description, created_by, created_at, updated_at) values ($1, $2, '', 'bench', now(), now()) returning id, name";

/** What a program does that hands `pg` a text and its values, as Drizzle does for it. */
function pgWaysOf(pool: Pool, places: Place[]) {
  const any = () => places[Math.floor(Math.random() * places.length)] as Place;
  return {
    read() {
      const { id, tenant } = any();
      return pool.query(READ, [tenant, id]);
    },
    insert: () => pool.query(INSERT, [any().tenant, "a project"]),
  };
}

/**
 * What is compared, each bare statement prepared like ours. All of it goes over the same connections, with
 * the same settings.
 */
function waysOf(home: Connections, credential: Credential, places: Place[]) {
  const caller: Caller = {
    databases: { home },
    credential,
    purpose: { permission: "project:write", action: "project.create", requestId: randomUUID() },
  };
  const any = () => places[Math.floor(Math.random() * places.length)] as Place;

  return {
    bareRead() {
      const { id, tenant } = any();
      return home.run([{ name: "bare_read", text: READ, values: [tenant, id] }]);
    },
    tenantRead: () => transact(caller, byId({ id: any().id })),
    // The same statements, each sent when the one before it has been answered.
    async serialRead() {
      const { client, exchange, giveBack } = await home.borrow();
      await client.query("begin");
      await client.query("select app.open_session($1, $2, $3, $4)", [
        (credential as { proof: Buffer }).proof,
        "project:read",
        "project.read",
        "bench",
      ]);
      const text = "select id, name, created_at from app.projects where id = $1";
      // By the driver: what somebody else has prepared on its connection is refused.
      await exchange([{ name: "serial_read", text, values: [any().id] }]);
      await client.query("commit");
      giveBack(true);
    },
    bareInsert() {
      return home.run([{ name: "bare_insert", text: INSERT, values: [any().tenant, "a project"] }]);
    },
    mutation() {
      const key = randomUUID();
      return mutate(caller, {
        key,
        hash: sha256(key),
        change: insert({ name: "a project" }),
        jobs: [enqueue(randomUUID(), "project.export", { project_id: key }, null, null)],
      });
    },
  };
}
