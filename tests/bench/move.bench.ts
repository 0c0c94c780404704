import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Databases } from "@bulkhead/db";
import { introduce, pgMigrator } from "@bulkhead/db/migrate";
import { tenantCommand } from "../move/command.ts";
import { broken, startTraffic } from "../move/traffic.ts";
import type { Figure } from "./figure.ts";
import { benchServer } from "./server.ts";

const KILLS = 10;

type Server = Awaited<ReturnType<typeof benchServer>>;

/**
 * A tenant of 200,000 rows moves to a server of its own and back, while clients of the real API read and
 * write it 20 times a second. The command is killed ten times on the way there.
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
  await introduce(pgMigrator(urlOf(home, "master")), pgMigrator(urlOf(annex, "master")), {
    name: "annex",
    generation: 1,
  });
  for (const { superuser } of [home, annex]) {
    await superuser.query("alter role bulkhead_operator password 'runtime'");
    await superuser.query("alter role bulkhead_worker password 'runtime'");
  }
  const { tenant, token } = await seed(home);
  const databases = (role: string): Databases => ({
    home: connect({ connectionString: urlOf(home, role), max: 8 }),
    annex: connect({ connectionString: urlOf(annex, role), max: 8 }),
  });
  const [api, worker] = [databases("api"), databases("worker")];
  const traffic = startTraffic(api, worker, token);
  await sleep(1_000);

  const urls = { home: urlOf(home, "operator"), annex: urlOf(annex, "operator") };
  const there = await killedAndResumed(urls, tenant);
  yield atMost("pause on the way there, s", 2, there.pauseMs / 1000);
  yield atMost("kills that were missing", 0, KILLS - there.kills);
  await succeed(urls, "finish", tenant, "--now");
  yield atMost("pause on the way back, s", 2, (await moved(urls, tenant, "pooled")) / 1000);
  await succeed(urls, "finish", tenant, "--now");

  traffic.close();
  const report = await traffic.stop();
  const sql = async (text: string, values?: unknown[]) =>
    (await home.superuser.query(text, values)).rows;
  const faults = [...report.faults, ...(await broken(sql, tenant, report))];
  for (const fault of faults.slice(0, 20)) console.error(fault);
  yield atMost(`lost, doubled or failed, of ${report.requests} requests`, 0, faults.length);
  const { rows } = await annex.superuser.query(
    "select from app.projects union all select from audit.events",
  );
  yield atMost("rows left in the annex", 0, rows.length);
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

/** 80,000 projects with their events, 20,000 finished jobs, 20,000 stored answers. */
async function seed({ superuser }: Server): Promise<{ tenant: string; token: string }> {
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
  await superuser.query("set session_replication_role = replica");
  for (const text of [
    `insert into app.projects (tenant_id, name, description, created_by)
     select $1, 'project ' || i, repeat('words ', 20), 'seed' from generate_series(1, 80000) i`,
    `insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, after, request_id)
     select $1, 'seed', 'project.create', 'insert', 'projects', p.id, to_jsonb(p), 'seed' from app.projects p where tenant_id = $1`,
    `insert into app.jobs (tenant_id, task, input, state, created_by, finished_at)
     select $1, 'project.export', '{}', 'succeeded', 'seed', now() from generate_series(1, 20000) i`,
    `insert into app.idempotency_keys (tenant_id, actor, key, request_hash, status, answer)
     select $1, 'user:seed', 'key ' || i, sha256('seed'), 201, '{}' from generate_series(1, 20000) i`,
  ]) {
    await superuser.query(text, [tenant]);
  }
  await superuser.query("set session_replication_role = origin");
  await superuser.query("vacuum analyze");
  return { tenant, token };
}

type Urls = Parameters<typeof tenantCommand>[0];

/** Kills the command at ten random moments, some of them in the pause, and lets the eleventh go on. */
async function killedAndResumed(urls: Urls, tenant: string) {
  for (let kills = 0; ; ) {
    const { child, ended } = tenantCommand(urls, "move", tenant, "--to", "annex");
    let timer: NodeJS.Timeout | undefined;
    const killIn = (ms: number) => {
      timer ??= setTimeout(() => child.kill("SIGKILL"), Math.random() * ms);
    };
    if (kills < KILLS) {
      child.stdout?.on("data", (said) => {
        if (kills < 6) killIn(6_000);
        else if (String(said).includes("pausing")) killIn(400);
      });
    }
    const { code, said } = await ended;
    clearTimeout(timer);
    console.error(
      `${code === null ? "killed" : `ended ${code}`}: ${said.trim().split("\n").at(-1)}`,
    );
    if (code === null) kills += 1;
    if (code === 0) return { kills, pauseMs: pauseIn(said) };
  }
}

async function moved(urls: Urls, tenant: string, to: string): Promise<number> {
  const said = await succeed(urls, "move", tenant, "--to", to);
  return pauseIn(said);
}

async function succeed(urls: Urls, ...words: string[]): Promise<string> {
  const { code, said } = await tenantCommand(urls, ...words).ended;
  console.error(said.trim());
  if (code !== 0) throw new Error(said);
  return said;
}

const pauseIn = (said: string) => Number(/writes paused for (\d+) ms/.exec(said)?.[1]);
