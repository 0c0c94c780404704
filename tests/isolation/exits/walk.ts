import { randomUUID } from "node:crypto";
import { admitAfter, enqueueJob, type Task, type Tasks } from "@bulkhead/core/job";
import { type Token, tokensOf, transact } from "@bulkhead/db";
import type { Route } from "../../../functions/api/route.ts";
import { createDeadLetters } from "../../../functions/dead-letters/dead-letters.ts";
import { createWorker } from "../../../functions/worker/worker.ts";
import { context, sqsEvent } from "../../jobs/outside.ts";
import { idsFor } from "../matrix/attacks.ts";
import { inputsOf } from "../matrix/inputs.ts";
import { newWorld, type World } from "../matrix/matrix.ts";
import type { Operation } from "../matrix/operations.ts";
import { choices, newestOf, type Party, send, succeeded, write } from "../matrix/party.ts";
import { type Layout, pooled, type TestApi, testApiOver } from "../matrix/test-api.ts";
import { type Liar, liarAbout } from "./liar.ts";
import { recorder } from "./recorder.ts";

export type Report = {
  /** What left of each kind while the database told the truth: without any, nothing would be proven. */
  honest: Record<string, number>;
  lies: number;
  violations: string[];
};

type Scene = World & {
  api: TestApi;
  layout: Layout;
  liar: Liar;
  outside: ReturnType<typeof recorder>;
  worker: ReturnType<typeof createWorker>;
  report: Report;
};

/**
 * Runs every route of a table and every task of another one for an attacker, over databases that open the
 * attacker's context and answer each statement with what belongs to a victim. Whatever leaves the process
 * meanwhile has to name the attacker's tenant.
 *
 * @throws Ungeneratable when a route or a task can't be given an input, and says what to add
 */
export async function walkExits(table: readonly Route[], tasks: Tasks): Promise<Report> {
  const scene = await newScene(table, tasks);
  // Before the routes, which delete things: a job can work on all that was made.
  for (const task of tasks.values()) await walkTask(scene, task);
  await walkTokens(scene, tasks);
  for (const operation of scene.operations.toSorted(byMethod)) await walkRoute(scene, operation);
  return scene.report;
}

/** A victim and an attacker, for whom everything has been done that can be, jobs included. */
async function newScene(table: readonly Route[], tasks: Tasks): Promise<Scene> {
  const layout = await pooled();
  const outside = recorder();
  const honest = testApiOver(layout, { table, outside });
  const world = await newWorld(honest);
  const newest = ({ person, made }: Party) => ({
    tenantId: person.tenantId,
    jobId: made.findLast(({ by }) => by.endsWith("/exports"))?.id ?? randomUUID(),
  });
  const liar = liarAbout(newest(world.victim), newest(world.attacker));
  const lied: Layout = {
    ...layout,
    databases: (role) => ({ home: liar.over(layout.databases(role).home) }),
  };
  const worker = createWorker({
    databases: lied.databases("worker"),
    objects: outside.objects,
    tasks: outside.watching(tasks),
    queue: outside.queue,
    hide: async () => {},
  });
  const api = testApiOver(lied, { table, outside });
  const report: Report = { honest: {}, lies: 0, violations: [...world.violations] };
  const scene = { ...world, api, layout: lied, liar, outside, worker, report };
  await deliverAll(scene);
  return scene;
}

async function deliverAll({ outside, worker }: Pick<Scene, "outside" | "worker">): Promise<void> {
  for (let tokens = outside.takeTokens(); tokens.length > 0; tokens = outside.takeTokens()) {
    await worker(sqsEvent(tokens), context());
  }
  outside.take();
}

const ORDER = ["get", "post", "patch", "delete"];
const byMethod = (a: Operation, b: Operation) =>
  ORDER.indexOf(a.route.method) - ORDER.indexOf(b.route.method);

async function walkRoute(scene: Scene, operation: Operation): Promise<void> {
  const { api, opens } = scene;
  const prepare = async (party: Party) => {
    if (operation.route.kind === "mutation") await renew(scene, operation, party);
    const fields = operation.input(idsFor(operation, party, opens));
    return () => send(api, operation, fields, party.session);
  };
  await compare(scene, operation.name, prepare, succeeded);
}

/** New things, for an operation that uses them up. */
async function renew({ api, operations, opens }: Scene, operation: Operation, party: Party) {
  for (const by of opens.get(operation.name) ?? []) {
    const made = operations.find(({ name }) => name === by);
    if (made) await write(api, made, party, party.made.toReversed());
  }
}

async function walkTask(scene: Scene, task: Task): Promise<void> {
  const name = `The job ${task.name}`;
  const inputs = inputsOf(name, task.input);
  const deliver = async (token: Token) => {
    await scene.worker(sqsEvent([token]), context());
    return stateOf(scene, token);
  };
  const prepare = async (party: Party) => {
    const ways = choices(newestOf(party), inputs.needed.length);
    const start = (index: number) =>
      enqueue(scene, party, task, inputs.input((ways[index] ?? []).map(({ id }) => id)));
    // The things of the party's that make it succeed, or else any: a job that fails has ways out as well.
    let found = 0;
    while (found < ways.length - 1 && (await deliver(await start(found))) !== "succeeded") found++;
    const token = await start(found);
    return () => deliver(token);
  };
  await compare(scene, name, prepare, (state) => state === "succeeded" || state === "failed");
}

/** What hands on a slot without a lease: a second look of the worker's, and a token that was given up. */
async function walkTokens(scene: Scene, tasks: Tasks): Promise<void> {
  const { layout, outside } = scene;
  const [task] = tasks.values();
  if (!task) return;
  const inputs = inputsOf(task.name, task.input);
  const deadLetters = createDeadLetters({
    databases: layout.databases("dead_letters"),
    queue: outside.queue,
    notifier: { gaveUp: () => {}, unreadable: () => {} },
  });
  const ways: Record<string, (token: Token) => Promise<unknown>> = {
    "the second look": async (token) =>
      outside.queue.send(await admitAfter(layout.databases("worker"), token)),
    "a dead letter": (token) => deadLetters(sqsEvent([token]), context()),
  };
  for (const [name, way] of Object.entries(ways)) {
    const prepare = async (party: Party) => {
      const token = await enqueue(scene, party, task, inputs.input([]));
      return () => way(token);
    };
    await compare(scene, name, prepare, () => true);
  }
}

/** What the victim does, then the attacker, and then the attacker who is told of the victim. */
async function compare<T>(
  scene: Scene,
  name: string,
  prepare: (party: Party) => Promise<() => Promise<T>>,
  succeeded: (result: T) => boolean,
): Promise<void> {
  const { liar, outside, report, victim, attacker } = scene;
  const doIt = async (party: Party, how: Liar["lying"]) => {
    const run = await prepare(party);
    outside.take();
    const result = await how(run);
    outside.takeTokens();
    return { result, exits: outside.take() };
  };
  const ofVictim = await doIt(victim, liar.listening);
  const honest = await doIt(attacker, (run) => run());
  for (const { kind } of honest.exits) report.honest[kind] = (report.honest[kind] ?? 0) + 1;
  if (![ofVictim, honest].every(({ result }) => succeeded(result))) {
    report.violations.push(`${name} does not succeed while the database tells the truth.`);
  }

  const lied = await doIt(attacker, liar.lying);
  report.lies++;
  for (const { kind, tenant, said } of lied.exits) {
    if (tenant === attacker.person.tenantId) continue;
    report.violations.push(`${name}: a ${kind} left that is not the attacker's: ${said}`);
  }
}

/** A job of the party's and its token: a slot is free for every one. */
async function enqueue(
  { layout }: Scene,
  { person }: Party,
  task: Task,
  input: unknown,
): Promise<Token> {
  await layout.home.sql("update auth.tenants set job_limit = 1000");
  const purpose = { permission: "project:write", action: "job.walk", requestId: "walk" };
  const caller = { databases: layout.databases("api"), credential: person.credential, purpose };
  const id = randomUUID();
  const { opened } = await transact(caller, enqueueJob(task, input, { id }));
  const [token] = tokensOf(opened.tenantId, [{ job: id, epoch: 1 }]);
  return token as Token;
}

async function stateOf({ layout }: Scene, { tenant, job }: Token): Promise<string> {
  const [row] = await layout.home.sql(
    "select state from app.jobs where tenant_id = $1 and id = $2",
    [tenant, job],
  );
  return String(row?.state);
}
