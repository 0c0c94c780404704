import { randomUUID } from "node:crypto";
import { type Connections, enqueue, mutate } from "@bulkhead/db";
import { runTransaction as send } from "../../../packages/db/src/tenant/transact.ts";
import { EXECUTE } from "../../prove/isolation/execute.ts";
import { anySql, callerOf, createProject, listProjects } from "../../support/caller.ts";
import { freshDatabase, type Person, sha256, type TestDatabase } from "../../support/database.ts";
import { furnish, restore } from "./furniture.ts";
import { hostileSettings } from "./vocabulary/catalog.ts";
import { FINDS_ALL, WORD } from "./vocabulary/own.ts";

type Setting = { name: string; value: string };

const LAST = "'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 100";
const SEARCHES = [`'project', null, null`, `null, '${WORD}', null`, "null, null, 'stage:live'"];

/** A call of each function that the API's role may call, by its name in EXECUTE, and a write for the triggers. */
const CALLS: Record<string, (proof: string) => string[]> = {
  "app.open_session": (proof) => [`app.open_session('\\x${proof}', 'project:write', 'a', 'r')`],
  "app.open_api_key": () => ["app.open_api_key('own key', 'api_key:manage', 'a', 'r')"],
  "app.open_assertion": () => ["app.open_assertion('assertion|1')"],
  "app.claim": () => ["app.claim('k', sha256('k'))"],
  "app.proceed": () => ["app.proceed()"],
  "app.finish": () => ["app.finish(200::smallint, '{}')"],
  "app.enqueue": () => ["app.enqueue(gen_random_uuid(), 'project.export', '{}')"],
  "app.search_projects": () => SEARCHES.map((search) => `app.search_projects(${search}, ${LAST})`),
  "app.tenant_id": () => ["app.tenant_id()"],
  "app.actor": () => ["app.actor()"],
  "app.claimed_actor": () => ["app.claimed_actor()"],
  "app.claimed_tenant": () => ["app.claimed_tenant()"],
  "app.mac": () => ["app.mac('', '')"],
  "app.signed": () => ["app.signed('')"],
  "app.new_id": () => ["app.new_id()"],
  "app.tenant_words": () => ["app.tenant_words(gen_random_uuid(), 'a b')"],
  "app.tenant_attributes": () => [`app.tenant_attributes(gen_random_uuid(), '{"a": "b"}')`],
};

/** Each call on its own, whatever becomes of the others, under the settings, and planned anew. */
function firstCalls(settings: readonly Setting[], proof: string): string {
  const functions = EXECUTE.bulkhead_api?.map((signature) => signature.replace(/\(.*/, "")) ?? [];
  const calls = functions.flatMap((name) => {
    const called = CALLS[name];
    if (!called) throw new Error(`No call of ${name} is known: add one to CALLS.`);
    return called(proof).map((call) => `perform ${call}`);
  });
  const steps = [
    ...settings.map(({ name, value }) => `perform set_config('${name}', '${value}', false)`),
    "execute 'discard plans'",
    ...calls,
    // With the context of the first call again, which an API key's has taken the place of.
    `perform app.open_session('\\x${proof}', 'project:write', 'a', 'r')`,
    `insert into app.projects (name, attributes) values ('mine', '{"stage": "live"}')`,
  ];
  const blocks = steps.map((step) => `begin ${step}; exception when others then null; end;`);
  return `do $do$ begin ${blocks.join("\n")} end $do$`;
}

/**
 * The settings under which an attacker's calls, the first in a session, change what the next tenant's are
 * answered on the same connection: plpgsql parses a statement at its first call and keeps it.
 */
export async function spoiling({
  change = async () => {},
  only = /./,
}: {
  change?: (database: TestDatabase) => Promise<unknown>;
  only?: RegExp;
} = {}): Promise<string[]> {
  const database = await freshDatabase();
  const [mallory, ada] = [await database.newPerson("mallory"), await database.newPerson("ada")];
  await furnish(database, database.as("api", { max: 1 }), ada);
  await database.sql("update auth.tenants set job_limit = 1000");
  await change(database);

  const connections = database.as("api", { max: 1 });
  const all = (await hostileSettings(database)).filter(({ name }) => only.test(name));
  const spoiled: string[] = [];
  for (const settings of groupsOf(all)) {
    await restore(database, mallory.tenantId);
    const before = await backendOf(connections, mallory);
    const proof = (mallory.credential as { proof: Buffer }).proof.toString("hex");
    await send(callerOf(connections, mallory), [anySql(firstCalls(settings, proof))]);
    const wrong = await answeredWrongly(connections, ada);
    const names = settings.map(({ name, value }) => `${name}=${value}`).join(", ");
    if (wrong) spoiled.push(`${names}: ${wrong}`);
    // A connection that was destroyed keeps no plan, and proves nothing.
    else if ((await backendOf(connections, ada)) !== before && !ENDS.test(names)) {
      spoiled.push(`${names}: the connection was replaced`);
    }
    (await connections.borrow()).giveBack(false);
  }
  return spoiled;
}

/** Ends the connection itself, or has the next opening refuse it. */
const ENDS = /_timeout|default_transaction_|exit_on_error/;

/** What is parsed differently one by one; numbers, and what only turns plans on and off, together. */
function groupsOf(settings: readonly Setting[]): Setting[][] {
  const together = ({ name, value }: Setting) =>
    (/^[-\d.e+]+$/.test(value) && !/_timeout/.test(name)) || /^(enable|geqo|jit|trace)/.test(name);
  const groups = [
    settings.filter(together),
    ...settings.filter((setting) => !together(setting)).map((setting) => [setting]),
  ];
  return groups.filter((group) => group.length > 0);
}

async function backendOf(connections: Connections, person: Person): Promise<unknown> {
  const { rows } = await send(callerOf(connections, person), [anySql("select pg_backend_pid()")]);
  return rows.at(-1)?.[0]?.[0];
}

/** A whole mutation and its retry, a search and a list. */
async function answeredWrongly(home: Connections, person: Person): Promise<string | undefined> {
  const key = randomUUID();
  const mutation = {
    key,
    hash: sha256(key),
    change: createProject({ name: key }),
    jobs: [enqueue(key, "project.export", {}, null, null)],
  };
  try {
    const first = await mutate(callerOf(home, person), mutation);
    const retry = await mutate(callerOf(home, person), mutation);
    if (first.tokens.length !== 1) return "its job got no slot";
    if (!retry.replayed || retry.body !== first.body) return "its retry was not replayed";
    const { rows, failure } = await send(callerOf(home, person), [
      anySql(FINDS_ALL),
      listProjects(),
    ]);
    if (failure) throw failure;
    const [[[found] = []] = [], list = []] = rows.slice(-2);
    if (found !== "all") return "its search misses rows";
    return list.some(([, name]) => name === key) ? undefined : "its list misses a row";
  } catch (failure) {
    return String(failure);
  }
}
