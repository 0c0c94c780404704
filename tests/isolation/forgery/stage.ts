import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connections, type Credential, enqueue, mutate } from "@bulkhead/db";
import type { BatchResult } from "../../../packages/db/src/protocol/batch.ts";
import { SESSION_LIMITS } from "../../../packages/db/src/sessions.ts";
import { runTransaction as send } from "../../../packages/db/src/tenant/transact.ts";
import { callerOf, createProject } from "../../support/caller.ts";
import { freshDatabase, type Person, sha256, type TestDatabase } from "../../support/database.ts";
import { bound } from "../../support/hole.ts";
import { watch } from "../matrix/rows.ts";
import { createTap, escaped, fill, filled, type Known, listener, openingOf } from "./attacker.ts";
import { furnish, OWN, restore, unrecorded } from "./furniture.ts";
import { changesIn, faultIn, ledgerOf } from "./ledger.ts";
import { FUNCTIONS, type Phase, type Script } from "./script.ts";
import { shapeOf } from "./shape.ts";
import type { Actor, Attackable, Stage } from "./types.ts";
import { LEAK, victimOf } from "./victim.ts";
import { CUT_OFF } from "./vocabulary/own.ts";
import { type Heard, speak } from "./wire.ts";

export type StageOptions = {
  role?: Attackable;
  /** The port of a pooler that the shared connections go to. @default - the server's own */
  port?: (database: TestDatabase) => Promise<number>;
  /** What stands between the product and its connections. @default - nothing */
  over?: (connections: Connections) => Connections;
  /** Whether the victim has anything. @default - true */
  furnished?: boolean;
  /** Whether the driver looks after sessions that are too old, whenever it is time. @default - true */
  watched?: boolean;
};

const LET_WORK: Phase = { do: "let the victim work" };
/** What a phase that holds something gets ahead of the next one, unless it has ended. */
const AHEAD_MS = 20;

export async function newStage({
  role = "api",
  port,
  over = (connections) => connections,
  furnished = true,
  watched = true,
}: StageOptions = {}): Promise<Stage> {
  const database = await freshDatabase();
  const through = port ? { port: await port(database) } : {};
  const limits = watched ? {} : { sessionLimits: { ...SESSION_LIMITS, lookEvery: Infinity } };
  const shared = over(database.as(role, { max: 1, ...through, ...limits }));
  const api = role === "api" && !port ? shared : database.as("api", { max: 1 });
  const [mallory, ada] = [await database.newPerson("mallory"), await database.newPerson("ada")];
  const { secretId, jobId, secrets } = furnished
    ? await furnish(database, api, ada)
    : { secretId: randomUUID(), jobId: randomUUID(), secrets: new Map<string, string>() };
  secrets.set("fewer rows than there are", CUT_OFF);
  await database.sql("update auth.tenants set job_limit = 1000");
  const elsewhere = database.as(role, { max: 1 });
  const oids = await numbersOf(database);
  const ear = await listener(database, role);
  const ledger = await ledgerOf(database, mallory.tenantId);
  const tap = createTap();

  /** As the role's callers come: the API with a session, the worker with a job's token. */
  const actorOf = async (person: Person): Promise<Actor> =>
    role === "api" ? person : { credential: await jobOf(database, api, person) };
  const actor = await actorOf(ada);
  const seen = await projectsOf(database, ada);
  const others = await watch({ all: [database] }, [mallory.tenantId]);

  const leaked = { here: ["", ""], elsewhere: ["", ""] };
  const forgotten = new Set<string>();
  const listen = async () => {
    const { client, exchange, giveBack } = await shared.borrow();
    // Every request begins with plpgsql. Its settings, when they are set before it is loaded, outlive the RESET ALL
    // of the batch that loads it.
    if (tap.meet(client)) await exchange([{ text: "select app.tenant_id()" }]);
    giveBack(true);
  };

  const stage: Stage = {
    database,
    role,
    shared,
    request: (who, permission, ...statements) =>
      send(callerOf(shared, who as Person, { permission }), bound(statements)),
    told: () => shapeOf(Buffer.concat(tap.heard)),
    forget(what) {
      forgotten.add(what);
      if (what !== "trail") leaked[what] = ["", ""];
    },
    async play(script) {
      await restore(database, mallory.tenantId);
      tap.heard = [];
      ear.heard.length = 0;
      const attacker = await actorOf(mallory);
      if (!forgotten.has("elsewhere")) leaked.elsewhere = await leakElsewhere();
      const before = await ledger();
      const held: Promise<BatchResult>[] = [];
      for (const phase of [LET_WORK, ...script, LET_WORK]) {
        const wrong = await perform(phase, attacker, held);
        if (wrong) return wrong;
      }
      const wrong = await oblivious(victim.change);
      const holders = await Promise.all(held);
      if (wrong) return wrong;

      const changed = await others.changed();
      if (changed.length > 0) return `written: rows of others changed in ${changed.join(", ")}`;
      const after = await ledger();
      const fault = faultIn(before, after);
      if (fault && !forgotten.has("trail")) return fault;
      const [written] = changesIn(before, after);
      if (written && role === "api" && !mayWrite(script)) {
        return `written: ${written}, by requests that were opened to read`;
      }
      await ear.hear();
      const rows = Buffer.from(JSON.stringify(holders.map((holder) => holder.rows)));
      return whatLeaked(script, Buffer.concat([...tap.heard, ...ear.heard, rows]));
    },
  };

  const victim = victimOf({
    stage,
    person: ada,
    actor,
    api,
    seen,
    pooled: port !== undefined,
    listen,
    leaks(leak) {
      if (!forgotten.has("here")) leaked.here = leak.split(" ");
    },
  });
  const oblivious = async <T>(work: () => Promise<T>): Promise<T> => {
    tap.hears = false;
    return work().finally(() => {
      tap.hears = true;
    });
  };
  const leakElsewhere = async () => {
    const { rows } = await send(callerOf(elsewhere, actor as Person), bound([LEAK]));
    return String(rows[2]?.[0]?.[0] ?? "").split(" ");
  };

  async function perform(
    phase: Phase,
    attacker: Actor,
    held: Promise<BatchResult>[],
  ): Promise<string | undefined> {
    if (phase.do === "let the victim work") return oblivious(victim.work);
    await listen();
    if (phase.do === "reconnect") {
      (await shared.borrow()).giveBack(false);
      return undefined;
    }
    const known = knownTo(attacker);
    if (phase.do === "inject") {
      const statements = phase.statements.map((sql) => fill(sql, known));
      await stage.request(attacker, phase.purpose, ...statements);
    } else if (phase.do === "hold") {
      const statements = bound(phase.statements.map((sql) => fill(sql, known)));
      // Two connections that begin at once may both have what the role has set, and only one clears it.
      (await elsewhere.borrow()).giveBack(true);
      const holding = send(callerOf(elsewhere, attacker as Person), statements);
      held.push(holding);
      await Promise.race([holding, sleep(AHEAD_MS)]);
    } else {
      const { client, giveBack } = await shared.borrow();
      const lines = phase.lines.map((line) => filled(line, known, oids));
      let said: Heard = { bytes: Buffer.alloc(0), status: undefined };
      try {
        said = await speak(client, [...openingOf(phase, attacker), ...lines]);
        tap.heard.push(said.bytes);
      } finally {
        giveBack(said.status === "I");
      }
    }
    return undefined;
  }

  function whatLeaked(script: Script, bytes: Buffer): string | undefined {
    const all = bytes.toString("latin1").replaceAll(/\s+/g, " ");
    const secret = [...secrets].find(([, text]) => all.includes(text));
    if (secret) return `read: ${secret[0]}`;
    const text = JSON.stringify(script);
    const own = Object.entries(OWN).find(
      ([permission, row]) => all.includes(row) && !text.includes(permission),
    );
    return own && `read: a row of ${own[0]}, which no request was opened for`;
  }

  const knownTo = ({ credential }: Actor): Known => ({
    role,
    database: database.name,
    tenant: ada.tenantId,
    own: mallory.tenantId,
    secret: secretId,
    // The worker's role may open any job that it knows the id of: that is what a token is.
    job: role === "api" ? jobId : randomUUID(),
    forged: `${ada.tenantId}|user:${ada.userId}|owner|r|a|project:write`,
    leakedCtx: leaked.here[0] ?? "",
    leakedSig: escaped(leaked.here[1]),
    otherCtx: leaked.elsewhere[0] ?? "",
    otherSig: escaped(leaked.elsewhere[1]),
    proof: credential.kind === "job" ? "" : credential.proof.toString("hex"),
    verb: victim.verb.name ?? "",
  });

  return stage;
}

/** Whether the script opens anything to write, as what holds something does. */
const mayWrite = (script: Script): boolean =>
  /project:write|api_key:manage|"hold"/.test(JSON.stringify(script));

async function numbersOf({ sql }: TestDatabase): Promise<Map<string, number>> {
  const oids = new Map<string, number>();
  for (const fn of FUNCTIONS) {
    const [row] = await sql("select $1::regprocedure::oid::int as oid", [fn]);
    oids.set(fn, Number(row?.oid));
  }
  return oids;
}

async function projectsOf({ sql }: TestDatabase, { tenantId }: Person): Promise<unknown[][]> {
  const rows = await sql(
    "select id, name from app.projects where tenant_id = $1 order by created_at, id",
    [tenantId],
  );
  return rows.map(({ id, name }) => [id, name]);
}

/** A job of the person's that a worker may open. What was written with it is erased. */
async function jobOf(
  database: TestDatabase,
  api: Connections,
  { tenantId, ...person }: Person,
): Promise<Credential> {
  const job = randomUUID();
  await mutate(callerOf(api, person), {
    key: job,
    hash: sha256(job),
    change: createProject({ name: job }),
    jobs: [enqueue(job, "project.export", {}, null, null)],
  });
  await unrecorded(database, `delete from app.projects where name = '${job}'`);
  return { kind: "job", tenant: tenantId, job, epoch: 1, attempt: null };
}
