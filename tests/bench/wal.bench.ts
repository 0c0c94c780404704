import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Client } from "pg";
import { atMost, type Figure } from "./figure.ts";
import { benchServer } from "./server.ts";

const SEED = 20_000;
// So many calls are averaged right after a checkpoint, and again when so many others have come after it.
const CALLS = 200;
const BETWEEN = 2_000;

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();

/**
 * How many bytes of WAL a mutation and a job's life write, against an insert into a table without triggers. After a
 * checkpoint the first write to a page puts all of it into the WAL; in the steady state most pages are there already.
 */
export async function* bench(): AsyncIterable<Figure> {
  const server = await benchServer();
  const { superuser } = server;
  const connect = async (role: string) => {
    await superuser.query(`alter role bulkhead_${role} password 'runtime'`);
    const url = new URL(server.apiUrl());
    url.username = `bulkhead_${role}`;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    return client;
  };
  try {
    const seeded = await seed(superuser);
    const [api, worker] = [await connect("api"), await connect("worker")];
    const { bareInsert, randomInsert, mutation, jobsLife } = waysOf(superuser, api, worker, seeded);
    const bare = await walOf(superuser, bareInsert);
    const random = await walOf(superuser, randomInsert);
    const ordered = bare.checkpoint / random.checkpoint;
    yield atMost("bare insert, ordered ids / random, after a checkpoint", 0.7, ordered);
    for (const [what, way, goals] of [
      ["mutation", mutation, { checkpoint: 3.5, steady: 3.5 }],
      ["a job's life", jobsLife, { checkpoint: 4.5, steady: 5 }],
    ] as const) {
      const wal = await walOf(superuser, way);
      for (const [when, title] of [
        ["checkpoint", "after a checkpoint"],
        ["steady", "in the steady state"],
      ] as const) {
        const bytes = `${Math.round(wal[when])} B / ${Math.round(bare[when])} B`;
        yield atMost(
          `${what} / bare insert, ${title}: ${bytes}`,
          goals[when],
          wal[when] / bare[when],
        );
      }
    }
    await api.end();
    await worker.end();
  } finally {
    await server.stop();
  }
}

type Way = () => Promise<unknown>;

/** Bytes of WAL a call, on average. */
async function walOf(superuser: Client, way: Way) {
  await superuser.query("checkpoint");
  const checkpoint = await bytesOf(superuser, way, CALLS);
  await bytesOf(superuser, way, BETWEEN);
  return { checkpoint, steady: await bytesOf(superuser, way, CALLS) };
}

async function bytesOf(superuser: Client, way: Way, calls: number): Promise<number> {
  const [from] = (await superuser.query("select pg_current_wal_insert_lsn() as lsn")).rows;
  for (let call = 0; call < calls; call++) await way();
  const { rows } = await superuser.query(
    "select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes",
    [from.lsn],
  );
  return Number(rows[0].bytes) / calls;
}

type Seeded = Awaited<ReturnType<typeof seed>>;

/** A tenant with a history, and tables to compare with: like the projects', without triggers and policies. */
async function seed(superuser: Client) {
  // What a vacuum writes is not of a call.
  await superuser.query("alter system set autovacuum = off");
  await superuser.query("select pg_reload_conf()");
  const proof = sha256(randomBytes(32).toString("base64url"));
  const { rows: users } = await superuser.query(
    "insert into auth.users (name, email) values ('bench', 'bench@example.test') returning id",
  );
  await superuser.query(
    "insert into auth.sessions (user_id, token, expires_at) values ($1, $2, now() + interval '1 day')",
    [users[0].id, sha256(proof).toString("hex")],
  );
  const { rows: tenants } = await superuser.query("select id from auth.tenants");
  const tenant: string = tenants[0].id;
  await superuser.query(
    "create table app.bare (like app.projects including defaults including indexes)",
  );
  await superuser.query(
    "create table app.bare_random (like app.projects including defaults including indexes)",
  );
  await superuser.query("alter table app.bare_random alter id set default gen_random_uuid()");
  await superuser.query("set session_replication_role = replica");
  for (const insert of [
    "app.projects (tenant_id, name, created_by) select $1, 'a project', 'bench'",
    "app.bare (tenant_id, name, created_by) select $1, 'a project', 'bench'",
    "app.bare_random (tenant_id, name, created_by) select $1, 'a project', 'bench'",
    `app.jobs (tenant_id, task, input, state, finished_at, created_by)
       select $1, 'project.export', '{}', 'succeeded', now(), 'bench'`,
    `app.idempotency_keys (tenant_id, actor, key, request_hash, status, answer)
       select $1, 'bench', gen_random_uuid(), sha256(''), 201, '{}'`,
    `audit.events (tenant_id, actor, action, operation, target_type, target_id, request_id)
       select $1, 'bench', 'project.create', 'insert', 'projects', gen_random_uuid(), 'bench'`,
  ]) {
    await superuser.query(`insert into ${insert} from generate_series(1, ${SEED})`, [tenant]);
  }
  await superuser.query("set session_replication_role = origin");
  await superuser.query("vacuum analyze");
  return { tenant, proof: `'\\x${proof.toString("hex")}'` };
}

function waysOf(superuser: Client, api: Client, worker: Client, { tenant, proof }: Seeded) {
  const bareInto = (table: string) => () =>
    superuser.query(
      `insert into ${table} (tenant_id, name, created_by) values ($1, 'a project', 'bench')`,
      [tenant],
    );
  const open = (action: string) =>
    `begin; select app.open_session(${proof}, 'project:write', '${action}', 'bench');`;
  return {
    bareInsert: bareInto("app.bare"),
    randomInsert: bareInto("app.bare_random"),

    mutation() {
      const key = randomUUID();
      return api.query(
        `${open("project.create")}
         select * from app.claim('${key}', sha256('${key}'));
         select app.proceed();
         with made as (insert into app.projects (name) values ('a project')
                       returning json_build_object('id', id, 'name', name) as answer)
         select app.finish(201::smallint, (select answer from made));
         commit`,
      );
    },

    /** Enqueued, leased, ended: three transactions. */
    async jobsLife() {
      const { rows } = await superuser.query("select app.new_id() as id");
      const job = rows[0].id;
      await api.query(
        `${open("project.export")} select * from app.enqueue('${job}', 'project.export', '{}'); commit`,
      );
      const attempt = (held: string, step: string) =>
        `begin; select * from app.open_job('${tenant}', '${job}', 1, ${held}, 'bench'); select * from ${step}; commit`;
      await worker.query(attempt("null", "app.start_job(60)"));
      await worker.query(attempt("1", "app.complete_job('{}')"));
    },
  };
}
