import { admitAfter, defineJob, perform } from "@bulkhead/core/job";
import type { Connections, Token } from "@bulkhead/db";
import { expect, it } from "vitest";
import type { Person } from "../support/database.ts";
import { type JobScene, jobScene, start, tapped } from "./support.ts";
import { effectOf, nothing } from "./tasks.ts";

const LIMIT = 4;
const TENANTS = 3;
const JOBS_EACH = 200;
const FAULTS = 0.04;

/** Who is at work, by tenant, and the most that ever were at once. */
const atWork = new Map<string, Set<string>>();
let most = 0;

const busy = defineJob({
  name: "test.busy",
  input: nothing,
  async run(_, { job }) {
    const here = atWork.get(job.tenant) ?? new Set();
    atWork.set(job.tenant, here.add(job.id));
    most = Math.max(most, here.size);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
    here.delete(job.id);
    if (Math.random() < FAULTS) throw new Error("the handler failed");
    return effectOf(job.id);
  },
});

let faults = 0;

/** A network and a server that fail: before the batch, inside it, and after its commit. */
const unreliable = (connections: Connections): Connections =>
  tapped(connections, async (commands, signal) => {
    const dice = Math.random();
    if (dice > FAULTS) return connections.run(commands, signal);
    faults += 1;
    const failure = new Error("Connection terminated unexpectedly");
    if (dice < FAULTS / 3) return { rows: [], failure };
    if (dice < (2 * FAULTS) / 3) {
      return connections.run([...commands, { text: "select 1 / 0" }], signal);
    }
    await connections.run(commands, signal);
    return { rows: [], failure };
  });

/** Delivers every token twice in a random order, ten at once, until the queue is empty. */
async function deliverAll(scene: JobScene, tokens: readonly Token[]): Promise<void> {
  const queue = tokens.flatMap((token) => [token, token]);
  const deps = { ...scene.deps, databases: { home: unreliable(scene.worker.home) } };
  const work = async () => {
    while (queue.length > 0) {
      const [token] = queue.splice(Math.floor(Math.random() * queue.length), 1);
      if (!token) return;
      const outcome = await perform(deps, { ...token, tries: 1, requestId: "w" });
      if (!("tokens" in outcome)) continue;
      const next =
        outcome.tokens.length > 0 ? outcome.tokens : await admitAfter(scene.worker, token);
      queue.push(...next, ...next);
    }
  };
  await Promise.all(Array.from({ length: 10 }, work));
}

it(`${TENANTS * JOBS_EACH} jobs, each delivered twice amid failures, have one effect each and never exceed the limit`, async () => {
  const scene = await jobScene([busy]);
  const tenants: Person[] = [];
  for (let n = 0; n < TENANTS; n++) tenants.push(await scene.newTenant(LIMIT));

  const started = await Promise.all(
    tenants.flatMap((tenant) =>
      Array.from({ length: JOBS_EACH }, () => start(scene, tenant, busy, {})),
    ),
  );
  const admitted = started.flatMap(({ tokens }) => tokens);
  expect(admitted).toHaveLength(TENANTS * LIMIT);
  await deliverAll(scene, admitted);

  // What a failed attempt or a lost answer left behind comes back with time and the sweep.
  const open = async () => (await scene.jobs()).filter(({ state }) => state !== "succeeded").length;
  for (let sweeps = 0; sweeps < 100 && (await open()) > 0; sweeps++) {
    await scene.age(30);
    await deliverAll(scene, await scene.sweep());
  }

  expect(await open()).toBe(0);
  expect(most).toBeLessThanOrEqual(LIMIT);
  expect(most).toBeGreaterThan(1); // or the storm was none
  expect(faults).toBeGreaterThan(20);
  expect(await scene.effects()).toBe(TENANTS * JOBS_EACH);
  const [twice] = await scene.sql(
    "select count(*) from (select from app.effects group by job having count(*) > 1) t",
  );
  expect(twice).toEqual({ count: "0" });
  expect(await scene.slotsTaken()).toBe(0);
});
