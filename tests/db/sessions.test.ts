import { setTimeout as sleep } from "node:timers/promises";
import { connect, transact } from "@bulkhead/db";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { SESSION_LIMITS, type SessionLimits } from "../../packages/db/src/sessions.ts";
import { TIMEOUTS } from "../../packages/db/src/settings.ts";
import { anySql, callerOf, listProjects } from "../support/caller.ts";
import { freshDatabase, type Role, type TestDatabase } from "../support/database.ts";

const HOUR = 3_600_000;
const SHORT: SessionLimits = { transactionAge: 400, idleAge: HOUR, lookEvery: 50 };

/** Every timeout of its session's that SQL can turn off, is off. */
const NO_TIMEOUTS = [
  "statement_timeout",
  "transaction_timeout",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
  "client_connection_check_interval",
]
  .map((name) => `set ${name} = 0`)
  .join("; ");

/** A session without timeouts that says something and is then left alone. */
async function sessionOf(database: TestDatabase, role: Role, ...texts: string[]) {
  const client = new Client({ connectionString: database.url(role) });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(NO_TIMEOUTS);
  const { rows } = await client.query("select pg_backend_pid() as pid");
  for (const text of texts.slice(0, -1)) await client.query(text);
  client.query(texts.at(-1) ?? "select 1").catch(() => {});
  const isThere = async () =>
    (await database.sql("select from pg_stat_activity where pid = $1", [rows[0].pid])).length > 0;
  /** Until it has begun. */
  await sleep(100);
  return { pid: rows[0].pid as number, client, isThere };
}

/** One process's connections, which write what they have done into the story. */
function processOf(database: TestDatabase, story: unknown[], sessionLimits = SHORT) {
  const connections = connect(
    { connectionString: database.url("api"), max: 1, sessionLimits },
    undefined,
    undefined,
    (event) => story.push(event),
  );
  onTestFinished(() => connections.end());
  return connections;
}

const LOCK = "lock table app.projects in access exclusive mode";
const HOLD = `do $$ begin ${LOCK}; perform pg_sleep(600); end $$`;

/** Requests of other processes, until the session is gone or far more time has passed than it may take. */
async function lookUntilGone(
  home: ReturnType<typeof processOf>,
  { isThere }: Awaited<ReturnType<typeof sessionOf>>,
) {
  for (let tries = 0; tries < 20 && (await isThere()); tries++) {
    await home.run([{ text: "select 1" }]);
    await sleep(50);
  }
  return (await isThere()) ? "still there" : "gone";
}

describe("a session that has turned its timeouts off", () => {
  it("is terminated while it holds a lock and its client is gone, and who waited is answered", async () => {
    const database = await freshDatabase();
    const story: unknown[] = [];
    const caller = callerOf(processOf(database, story), await database.newPerson());
    const holder = await sessionOf(database, "api", HOLD);
    (
      holder.client as unknown as { connection: { stream: { destroy(): void } } }
    ).connection.stream.destroy();

    const waiting = transact(caller, listProjects()).then(() => story.push("answered"));
    expect(await lookUntilGone(processOf(database, story), holder)).toBe("gone");
    await waiting;
    expect(story).toEqual([
      {
        name: "session terminated",
        pid: holder.pid,
        ageSeconds: expect.any(Number),
        state: "active",
        waitEvent: "PgSleep",
      },
      "answered",
    ]);
  });

  it("stays where no process looks", async () => {
    const database = await freshDatabase();
    const holder = await sessionOf(database, "api", HOLD);
    const home = processOf(database, [], { ...SHORT, lookEvery: HOUR });
    expect(await lookUntilGone(home, holder)).toBe("still there");
  });

  it("is terminated at once by a request that has waited for it in vain", async () => {
    const database = await freshDatabase();
    const story: unknown[] = [];
    const home = processOf(database, story, { ...SHORT, lookEvery: HOUR });
    const caller = callerOf(home, await database.newPerson());
    const holder = await sessionOf(database, "api", HOLD);
    const wait = anySql("set local lock_timeout = 500");
    await expect(transact(caller, wait, listProjects())).rejects.toMatchObject({ code: "55P03" });
    expect((await transact(caller, wait, listProjects())).results.at(-1)).toEqual([]);
    expect(story).toMatchObject([{ pid: holder.pid }]);
  });

  it.each([
    ["leaves its transaction open", "idle in transaction", ["begin", LOCK, "select 1"]],
    [
      "commits again and again in one statement",
      "active",
      ["do $$ begin loop perform pg_sleep(0.02); commit; end loop; end $$"],
    ],
  ])("is terminated when it %s", async (_, state, texts) => {
    const database = await freshDatabase();
    const story: unknown[] = [];
    const session = await sessionOf(database, "api", ...texts);
    expect(await lookUntilGone(processOf(database, story), session)).toBe("gone");
    expect(story).toMatchObject([{ pid: session.pid, state }]);
  });

  it("is terminated when it is idle for too long", async () => {
    const database = await freshDatabase();
    const story: unknown[] = [];
    const session = await sessionOf(database, "api");
    const home = processOf(database, story, { ...SHORT, transactionAge: HOUR, idleAge: 300 });
    expect(await lookUntilGone(home, session)).toBe("gone");
    expect(story).toMatchObject([{ pid: session.pid, state: "idle" }]);
  });

  it("is left alone when it is another role's, another database's, or young", async () => {
    const database = await freshDatabase();
    const story: unknown[] = [];
    const others = [
      await sessionOf(database, "worker", "select pg_sleep(600)"),
      await sessionOf(await freshDatabase(), "api", "select pg_sleep(600)"),
    ];
    const home = processOf(database, story);
    for (const other of others) expect(await lookUntilGone(home, other)).toBe("still there");
    const young = await sessionOf(database, "api", "select pg_sleep(600)");
    const patient = processOf(database, story, { ...SHORT, transactionAge: HOUR });
    expect(await lookUntilGone(patient, young)).toBe("still there");
    expect(story).toEqual([]);
  });

  it("blocks requests of all processes for no longer than its age and one wait for a lock", async () => {
    const database = await freshDatabase();
    const story: unknown[] = [];
    const person = await database.newPerson();
    let isOver = false;
    const lane = async () => {
      const caller = callerOf(processOf(database, story), person);
      for (let last = false; !last; ) {
        last = isOver;
        await transact(caller, anySql("set local lock_timeout = 200"), listProjects()).then(
          () => story.push("answered"),
          ({ code }) => story.push(code),
        );
      }
    };
    const lanes = Array.from({ length: 4 }, lane);
    const holder = await sessionOf(database, "api", HOLD);
    const lockedAt = story.length;
    expect.soft(story).not.toContain("55P03");
    await expect.poll(holder.isThere, { interval: 20 }).toBe(false);
    await sleep(300);
    isOver = true;
    await Promise.all(lanes);

    const since = story.slice(lockedAt);
    const endedAt = since.findIndex((each) => typeof each === "object");
    const blocked = since.slice(0, endedAt);
    // Every lane waits for 200 ms each time: two or three times in 400 ms, and no more.
    expect(blocked.filter((each) => each === "55P03").length).toBeLessThanOrEqual(4 * 3);
    expect(since.slice(endedAt).filter((each) => each === "answered").length).toBeGreaterThan(8);
    expect(since.slice(-4)).toEqual(["answered", "answered", "answered", "answered"]);
  });

  it("is older than any that has not: the limits are beyond the driver's own timeouts", () => {
    expect(SESSION_LIMITS.transactionAge).toBeGreaterThan(TIMEOUTS.transaction_timeout);
    expect(SESSION_LIMITS.idleAge).toBeGreaterThan(TIMEOUTS.idle_session_timeout);
  });
});
