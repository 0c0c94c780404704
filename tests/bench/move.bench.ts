import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Databases } from "@bulkhead/db";
import { pairDatabases, pgMigrator } from "@bulkhead/db/migrate";
import { databasesAt, tenantCommand } from "../move/command.ts";
import { broken, startTraffic } from "../move/traffic.ts";
import type { Figure } from "./figure.ts";
import { benchServer } from "./server.ts";

const KILLS = 10;
/** Undisturbed moves come first: there and back. What the pause takes is compared in these. */
const QUIET = 2;

type Server = Awaited<ReturnType<typeof benchServer>>;

const ROWS = 200_000;

/**
 * A tenant of 200,000 rows moves to a server of its own and back, while clients of the real API read and
 * write it 20 times a second: first undisturbed, then with a command that is killed ten times. One of 20,000 rows has
 * done the same before, undisturbed: its pause is about as long.
 */
export async function* bench(): AsyncIterable<Figure> {
  const home = await benchServer();
  const annex = await benchServer();
  try {
    yield* figures(home, annex);
  } finally {
    await annex.stop();
    await home.stop();
  }
}

async function* figures(home: Server, annex: Server): AsyncIterable<Figure> {
  await pairDatabases(pgMigrator(urlOf(home, "master")), pgMigrator(urlOf(annex, "master")), {
    name: "annex",
    generation: 1,
  });
  for (const { superuser } of [home, annex]) {
    await superuser.query("alter role bulkhead_operator password 'runtime'");
    await superuser.query("alter role bulkhead_worker password 'runtime'");
  }
  const databases = (role: string): Databases => ({
    home: connect({ connectionString: urlOf(home, role), max: 8 }),
    annex: connect({ connectionString: urlOf(annex, role), max: 8 }),
  });
  const [api, worker] = [databases("api"), databases("worker")];
  const pauses: number[] = [];
  for (const [rows, kills] of [
    [ROWS / 10, 0],
    [ROWS, KILLS],
  ] as const) {
    const { tenant, token } = await seed(home, rows);
    const traffic = startTraffic(api, worker, token);
    await sleep(1_000);

    const urls = databasesAt({ home: urlOf(home, "operator"), annex: urlOf(annex, "operator") });
    const paused: number[] = [];
    // A command may end before its time to be killed has come. So they go there and back until
    // enough have been.
    let left: number = kills;
    for (let leg = 0; leg < QUIET || (left > 0 && leg < 10) || leg % 2 === 1; leg++) {
      const most = leg < QUIET ? 0 : left;
      left -= await killedAndResumed(urls, tenant, leg % 2 === 0 ? "annex" : "pooled", most);
      await succeed(urls, "finish", tenant, "--now");
      const { rows: moves } = await home.superuser.query(
        "select pause_ms from app.moves where tenant_id = $1 order by started_at desc limit 1",
        [tenant],
      );
      paused.push(moves[0].pause_ms);
    }
    yield atMost(
      `${rows} rows: longest pause of ${paused.length} moves, s`,
      2,
      Math.max(...paused) / 1000,
    );
    yield atMost(`${rows} rows: kills that were missing, of ${kills}`, 0, left);
    pauses.push(paused.slice(0, QUIET).reduce((sum, ms) => sum + ms, 0) / QUIET);

    traffic.close();
    const report = await traffic.stop();
    const sql = async (text: string, values?: unknown[]) =>
      (await home.superuser.query(text, values)).rows;
    const faults = [...report.faults, ...(await broken(sql, tenant, report))];
    for (const fault of faults.slice(0, 20)) console.error(fault);
    yield atMost(
      `${rows} rows: lost, doubled or failed, of ${report.requests} requests`,
      0,
      faults.length,
    );
    const behind = await annex.superuser.query(
      "select from app.projects union all select from audit.events union all select from app.changes",
    );
    yield atMost(`${rows} rows: left in the annex`, 0, behind.rows.length);
  }
  const [small = 0, large = 0] = pauses;
  yield atMost(`pauses of ${ROWS} rows, in those of ${ROWS / 10}`, 1.5, large / small);
  await Promise.all([api, worker].flatMap((each) => Object.values(each).map((one) => one.end())));
}

const atMost = (figure: string, goal: number, ratio: number): Figure => ({
  figure,
  ratio,
  goal,
  holds: ratio <= goal,
});

function urlOf({ port }: Server, role: string): string {
  return `postgres://bulkhead_${role}:${role === "master" ? "master" : "runtime"}@127.0.0.1:${port}/bulkhead`;
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();

/** Four parts projects and four their events, one part finished jobs, one stored answers. */
async function seed({ superuser }: Server, rows: number) {
  const token = randomBytes(32).toString("base64url");
  const { rows: users } = await superuser.query(
    "insert into auth.users (name, email) values ('bench', $1) returning id",
    [`bench-${rows}@example.test`],
  );
  await superuser.query(
    "insert into auth.sessions (user_id, token, expires_at) values ($1, $2, now() + interval '1 day')",
    [users[0].id, sha256(sha256(token)).toString("hex")],
  );
  const { rows: members } = await superuser.query(
    "select tenant_id from auth.members where user_id = $1",
    [users[0].id],
  );
  const tenant: string = members[0].tenant_id;
  await superuser.query("set session_replication_role = replica");
  for (const text of [
    `insert into app.projects (tenant_id, name, description, created_by)
     select $1, 'project ' || i, repeat('words ', 20), 'seed' from generate_series(1, $2::int * 4) i`,
    `insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, after, request_id)
     select $1, 'seed', 'project.create', 'insert', 'projects', p.id, to_jsonb(p), 'seed' from app.projects p where tenant_id = $1 and $2::int > 0`,
    `insert into app.jobs (tenant_id, task, input, state, created_by, finished_at)
     select $1, 'project.export', '{}', 'succeeded', 'seed', now() from generate_series(1, $2::int) i`,
    `insert into app.idempotency_keys (tenant_id, actor, key, request_hash, status, answer)
     select $1, 'user:seed', 'key ' || i, sha256('seed'), 201, '{}' from generate_series(1, $2::int) i`,
  ]) {
    await superuser.query(text, [tenant, rows / 10]);
  }
  await superuser.query("set session_replication_role = origin");
  await superuser.query("vacuum analyze");
  return { tenant, token };
}

type Urls = Parameters<typeof tenantCommand>[0];

/**
 * Kills the command at random moments, at most so many times, and lets it go on. Two in three are anywhere
 * in the copy, the others from the pause on. Returns how often it was killed.
 */
async function killedAndResumed(urls: Urls, tenant: string, to: string, most: number) {
  for (let kills = 0; ; ) {
    const { child, ended } = tenantCommand(urls, "move", tenant, "--to", to);
    let timer: NodeJS.Timeout | undefined;
    const killIn = (ms: number) => {
      timer ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * ms);
    };
    child.stdout?.on("data", (said) => {
      if (kills === most) return;
      if (kills % 3 < 2) killIn(4_000);
      else if (String(said).includes("pausing")) killIn(150);
    });
    const { code, said } = await ended;
    clearTimeout(timer);
    console.error(
      `${code === null ? "killed" : `ended ${code}`}: ${said.trim().split("\n").at(-1)}`,
    );
    if (code === null) kills += 1;
    if (code === 0) return kills;
    if (code) throw new Error(said);
  }
}

async function succeed(urls: Urls, ...words: string[]): Promise<string> {
  const { code, said } = await tenantCommand(urls, ...words).ended;
  console.error(said.trim());
  if (code !== 0) throw new Error(said);
  return said;
}
