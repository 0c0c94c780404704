import { randomBytes, randomUUID } from "node:crypto";
import {
  type BoundStatement,
  type Connections,
  type Credential,
  enqueue,
  mutate,
} from "@bulkhead/db";
import { Client, type PoolClient } from "pg";
import { onTestFinished } from "vitest";
import type { BatchResult } from "../../../packages/db/src/protocol/batch.ts";
import { send } from "../../../packages/db/src/tenant/transact.ts";
import { anySql, callerOf, createProject, listProjects } from "../../support/caller.ts";
import { freshDatabase, type Person, sha256, type TestDatabase } from "../../support/database.ts";
import { bound } from "../../support/hole.ts";
import { watch } from "../matrix/rows.ts";
import { FUNCTIONS, type Line, type Phase, type Script } from "./script.ts";
import { shapeOf } from "./shape.ts";
import { type Heard, type Message, speak } from "./wire.ts";

export type Actor = { credential: Credential };
type Attackable = "api" | "worker";

/** Two tenants that share the one connection of a role, and everything that the attacker hears over it. */
export type Stage = {
  database: TestDatabase;
  role: Attackable;
  shared: Connections;
  /** A request: the product's own batch around statements. A mutation may put another in its place. */
  request(actor: Actor, ...statements: (string | BoundStatement<unknown>)[]): Promise<BatchResult>;
  /** The attacker no longer comes by what was signed on this backend, or on another. */
  forget(leak: "here" | "elsewhere"): void;
  /** What the attacker was answered in the last script, in kind: rows, errors and their codes, ends. */
  told(): string;
  /** Plays a script, lets the victim work, and says what should not have been, if anything. */
  play(script: Script): Promise<string | undefined>;
};

export type StageOptions = {
  role?: Attackable;
  /** The port of a pooler that the shared connections go to. @default - the server's own */
  port?: (database: TestDatabase) => Promise<number>;
  /** What stands between the product and its connections. @default - nothing */
  over?: (connections: Connections) => Connections;
  /** Whether the victim has anything. @default - true */
  furnished?: boolean;
};

/** The settings that a request sees as its own connection's, and nobody has set: none, if all is well. */
const SETTINGS = `select coalesce(string_agg(name || '=' || setting, ', '), 'none') from pg_settings
  where source = 'session' and setting is distinct from reset_val and name not like 'app.%'`;
const LEAK = "select current_setting('app.ctx') || ' ' || current_setting('app.sig')";

export async function newStage({
  role = "api",
  port,
  over = (connections) => connections,
  furnished = true,
}: StageOptions = {}): Promise<Stage> {
  const database = await freshDatabase();
  const through = port ? { port: await port(database) } : {};
  const shared = over(database.as(role, { max: 1, ...through }));
  const api = role === "api" && !port ? shared : database.as("api", { max: 1 });
  const [mallory, victim] = [await database.newPerson("mallory"), await database.newPerson("ada")];
  const canary = `canary-${randomBytes(9).toString("hex")}`;
  const { secretId, jobId, secrets } = furnished
    ? await furnish(database, api, victim, canary)
    : { secretId: randomUUID(), jobId: randomUUID(), secrets: new Map<string, string>() };
  const seen = furnished ? [[secretId, canary]] : [];
  await database.sql("update auth.tenants set job_limit = 1000");
  const elsewhere = database.as(role, { max: 1 });
  const others = await watch({ all: [database] }, [mallory.tenantId]);
  const oids = new Map<string, number>();
  for (const fn of FUNCTIONS) {
    const [row] = await database.sql("select $1::regprocedure::oid::int as oid", [fn]);
    oids.set(fn, Number(row?.oid));
  }
  const verb = listProjects();
  const ear = await listener(database, role);

  /** As somebody of that role comes: the API with a session, the worker with a job's token. */
  const actorOf = async (person: Person): Promise<Actor> => {
    if (role === "api") return person;
    const job = randomUUID();
    await mutate(callerOf(api, person), {
      key: job,
      hash: sha256(job),
      change: createProject({ name: person === victim ? canary : "mine" }),
      jobs: [enqueue(job, "project.export", {}, null, null)],
    });
    if (person === victim) {
      await database.sql("set session_replication_role = replica");
      await database.sql("delete from app.projects where name = $1 and id <> $2", [
        canary,
        secretId,
      ]);
      await database.sql("set session_replication_role = origin");
    }
    return { credential: { kind: "job", tenant: person.tenantId, job, epoch: 1, attempt: null } };
  };
  const theVictim = await actorOf(victim);
  await others.changed();

  const leaked = { here: ["", ""], elsewhere: ["", ""] };
  const forgotten = new Set<string>();
  const leakOf = async (connections: Connections) => {
    const { rows } = await send(callerOf(connections, theVictim as Person), bound([LEAK]));
    return String(rows[2]?.[0]?.[0] ?? "").split(" ");
  };
  const fill = (text: string, known: Record<string, string>) =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);

  let hears = true;
  let heard: Buffer[] = [];
  const tapped = new WeakSet<PoolClient>();
  /** Listens to whatever connection is next. */
  const tap = async () => {
    const { client, giveBack } = await shared.borrow();
    const { stream } = (client as unknown as { connection: { stream: NodeJS.EventEmitter } })
      .connection;
    // Copied, because pg's parser moves what is left of a chunk about in it.
    const hear = (chunk: Buffer) => hears && heard.push(Buffer.from(chunk));
    if (!tapped.has(client)) stream.on("data", hear);
    tapped.add(client);
    giveBack(true);
  };

  const stage: Stage = {
    database,
    role,
    shared,
    request: (actor, ...statements) => send(callerOf(shared, actor as Person), bound(statements)),
    told: () => shapeOf(Buffer.concat(heard)),
    forget(leak) {
      forgotten.add(leak);
      leaked[leak] = ["", ""];
    },
    async play(script) {
      heard = [];
      ear.heard.length = 0;
      const attacker = await actorOf(mallory);
      if (!forgotten.has("elsewhere")) leaked.elsewhere = await leakOf(elsewhere);
      for (const phase of [LET_WORK, ...script, LET_WORK]) {
        await tap();
        const wrong = await perform(phase, attacker);
        if (wrong) return wrong;
      }
      const changed = await others.changed();
      if (changed.length > 0) return `written: rows of others changed in ${changed.join(", ")}`;
      await ear.hear();
      const all = Buffer.concat([...heard, ...ear.heard])
        .toString("latin1")
        .replaceAll(/\s+/g, " ");
      const secret = [...secrets].find(([, text]) => all.includes(text));
      return secret && `read: ${secret[0]}`;
    },
  };

  async function perform(phase: Phase, attacker: Actor): Promise<string | undefined> {
    if (phase.do === "reconnect") {
      (await shared.borrow()).giveBack(false);
      return undefined;
    }
    if (phase.do === "let the victim work") return letWork();
    const known = knownTo(attacker);
    if (phase.do === "inject") {
      await stage.request(attacker, ...phase.statements.map((sql) => fill(sql, known)));
      return undefined;
    }
    const { client, giveBack } = await shared.borrow();
    const lines = phase.lines.map((line) => filled(line, known));
    let said: Heard = { bytes: Buffer.alloc(0), status: undefined };
    try {
      said = await speak(client, [...opening(phase.opened, attacker), ...lines]);
      heard.push(said.bytes);
    } finally {
      giveBack(said.status === "I");
    }
    return undefined;
  }

  /** The victim's request. It may fail, but not for ever, and if it does not, it is answered rightly. */
  async function letWork(): Promise<string | undefined> {
    hears = false;
    try {
      for (let attempt = 1; attempt <= 3; attempt++) {
        await tap();
        const { rows, failure } = await stage.request(
          theVictim,
          verb,
          anySql(SETTINGS),
          anySql(LEAK),
        );
        if (failure) continue;
        const [projects, settings, leak] = rows.slice(-3);
        if (JSON.stringify(projects) !== JSON.stringify(seen)) {
          return `misled: the next tenant saw ${JSON.stringify(projects)}`;
        }
        if (settings?.[0]?.[0] !== "none") return `set: the next tenant has ${settings?.[0]?.[0]}`;
        if (!forgotten.has("here")) leaked.here = String(leak?.[0]?.[0]).split(" ");
        return undefined;
      }
      return "locked out: the next tenant's request failed three times";
    } finally {
      hears = true;
    }
  }

  const knownTo = ({ credential }: Actor): Record<string, string> => ({
    role,
    database: database.name,
    tenant: victim.tenantId,
    own: mallory.tenantId,
    secret: secretId,
    // Whoever is the worker's role and knows a job's id may open it: that is what a token is.
    job: role === "api" ? jobId : randomUUID(),
    forged: `${victim.tenantId}|user:${victim.userId}|owner|r|a|project:write`,
    leakedCtx: leaked.here[0] ?? "",
    leakedSig: escaped(leaked.here[1]),
    otherCtx: leaked.elsewhere[0] ?? "",
    otherSig: escaped(leaked.elsewhere[1]),
    proof: credential.kind === "job" ? "" : credential.proof.toString("hex"),
    verb: verb.name ?? "",
  });

  const filled = (line: Line, known: Record<string, string>): Message => {
    if (line.say === "FunctionCall") {
      return {
        say: "FunctionCall",
        oid: oids.get(line.fn) ?? 0,
        values: line.values.map((value) => fill(value, known)),
      };
    }
    const parts = Object.entries(line).map(([name, part]) => [
      name,
      typeof part === "string" && name !== "say" ? fill(part, known) : part,
    ]);
    return Object.fromEntries(parts) as Message;
  };

  return stage;
}

const LET_WORK: Phase = { do: "let the victim work" };

/** The attacker's own context, by the attacker's own credential. */
function opening(
  opened: "not at all" | "for a batch" | "in a transaction",
  { credential }: Actor,
): Message[] {
  const sql =
    credential.kind === "job"
      ? `select app.open_job('${credential.tenant}', '${credential.job}', 1, null, 'r')`
      : `select app.open_session('\\x${credential.proof.toString("hex")}', 'project:write', 'a', 'r')`;
  if (opened === "not at all") return [];
  if (opened === "in a transaction")
    return [
      { say: "Query", sql: "begin" },
      { say: "Query", sql },
    ];
  return [
    { say: "Parse", name: "", sql },
    { say: "Bind", portal: "", name: "" },
    { say: "Execute", portal: "", most: 0 },
  ];
}

/** Things of the victim's that are nowhere else, and what must never be heard of them. */
async function furnish(database: TestDatabase, api: Connections, victim: Person, canary: string) {
  const jobId = randomUUID();
  const { body } = await mutate(callerOf(api, victim), {
    key: "secret",
    hash: sha256("secret"),
    change: createProject({ name: canary }),
    jobs: [enqueue(jobId, "project.export", { note: `${canary}-job` }, null, null)],
  });
  await database.sql("set session_replication_role = replica");
  await database.sql(
    "insert into app.api_keys (tenant_id, name, prefix, token_hash, scopes, created_by) values ($1, $2, 'bh_', sha256('key'), '{project:read}', 'ada')",
    [victim.tenantId, `${canary}-key`],
  );
  await database.sql("set session_replication_role = origin");
  const [row] = (await database.sql("select key from app.signing_keys")) as { key: Buffer }[];
  const key = row?.key ?? Buffer.alloc(0);
  const proof = victim.credential.kind === "job" ? "" : victim.credential.proof.toString("hex");
  const secrets = new Map([
    ["a row of the victim's", canary],
    ["the victim's credential", proof],
    ["the signing key", key.toString("hex")],
    // As a plan's tree is printed: signed bytes.
    ["the signing key, in a plan", [...key].map((byte) => (byte << 24) >> 24).join(" ")],
  ]);
  return { secretId: String(JSON.parse(body).id), jobId, secrets };
}

/** As `E'…'` has it, which reads a backslash in one way, whatever standard_conforming_strings says. */
const escaped = (signature = "") => signature.replaceAll("\\", "\\\\");

/** A second connection of the attacker's, on which notifications arrive. */
async function listener(database: TestDatabase, role: Attackable) {
  const client = new Client({ connectionString: database.url(role) });
  await client.connect();
  onTestFinished(() => client.end());
  const heard: Buffer[] = [];
  client.on("notification", ({ payload = "" }) => heard.push(Buffer.from(payload)));
  client.on("error", () => {});
  await client.query("listen loot");
  return { heard, hear: () => client.query("select 1") };
}
