import { randomUUID } from "node:crypto";
import { enqueueJob } from "@bulkhead/core/job";
import { beforeEach, describe, expect, it } from "vitest";
import { createWorker } from "../../functions/worker/worker.ts";
import type { Person } from "../support/database.ts";
import { latchIn, stopAt } from "../support/latch.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { type JobScene, jobScene, start, startOne } from "./support.ts";
import { effectOf, failing, gated, plain } from "./tasks.ts";

const { task: slow, atWork, letGo } = gated(12);

function shop(scene: JobScene) {
  const queue = fakeQueue();
  const hidden = new Map<string, number>();
  const hide = async (handle: string, seconds: number) => {
    hidden.set(handle, seconds);
  };
  const worker = createWorker({ ...scene.deps, queue, hide });
  const failures = async (...[bodies, tries]: Parameters<typeof sqsEvent>) => {
    const { batchItemFailures } = await worker(sqsEvent(bodies, tries), context());
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  return { queue, hidden, worker, failures };
}

describe("the worker", () => {
  let scene: JobScene;
  let tenant: Person;
  beforeEach(async () => {
    scene = await jobScene([plain, failing, slow]);
    tenant = await scene.newTenant(3);
  });

  it("fails only the records that failed, and hides each for its own time", async () => {
    const { failures, hidden } = shop(scene);
    const good = await startOne(scene, tenant, plain, {});
    const bad = await startOne(scene, tenant, failing, {});

    expect(await failures([good, bad, { ...good, epoch: 9 }])).toEqual(["m1"]);
    expect([...hidden.keys()]).toEqual([JSON.stringify(bad)]);
    expect(await scene.effects()).toBe(1);
  });

  it("waits longer after each failure", async () => {
    const { failures, hidden } = shop(scene);
    const bad = await startOne(scene, tenant, failing, {});
    const waits: number[] = [];
    for (let tries = 1; tries <= 4; tries++) {
      await failures([bad], tries);
      waits.push(hidden.get(JSON.stringify(bad)) ?? 0);
    }
    for (const [n, seconds] of waits.entries()) {
      expect(seconds).toBeGreaterThanOrEqual(2.5 * 2 ** n);
      expect(seconds).toBeLessThanOrEqual(5 * 2 ** n);
    }
  });

  it("brings a leased job's token back when the lease is over", async () => {
    const { failures, hidden, worker } = shop(scene);
    const token = await startOne(scene, tenant, slow, {});
    const first = worker(sqsEvent([token]), context());
    await atWork(1);

    expect(await failures([token], 2)).toEqual(["m0"]);
    expect(hidden.get(JSON.stringify(token))).toBe(12);
    letGo();
    expect(await first).toEqual({ batchItemFailures: [] });
  });

  it("does not let a record wait for a slow one of its batch", async () => {
    const { worker } = shop(scene);
    const held = await startOne(scene, tenant, slow, {});
    const quick = await startOne(scene, await scene.newTenant(1), plain, {});

    const batch = worker(sqsEvent([held, quick]), context());
    await atWork(1);
    while ((await scene.job(quick.job)).state !== "succeeded");
    expect((await scene.job(held.job)).state).toBe("running");
    letGo();
    await batch;
  });

  it("sends the token of the job that was handed the slot", async () => {
    const { failures, queue } = shop(scene);
    const one = await scene.newTenant(1);
    const first = await startOne(scene, one, plain, {});
    const second = await start(scene, one, plain, {});

    expect(await failures([first])).toEqual([]);
    expect(queue.take()).toEqual([{ tenant: one.tenantId, job: second.id, epoch: 1 }]);
  });

  it("arms a sweep before it performs a job, and performs it also when the sweep can't be armed", async () => {
    const { failures, queue } = shop(scene);
    await failures([await startOne(scene, tenant, plain, {})]);
    expect(queue.armed).toEqual([360]);

    queue.down = true;
    expect(await failures([await startOne(scene, tenant, plain, {})])).toEqual([]);
    expect(await scene.effects()).toBe(2);
  });

  it("acknowledges a job whose successor's token could not be sent: the sweep sends it", async () => {
    const { failures, queue } = shop(scene);
    const one = await scene.newTenant(1);
    const first = await startOne(scene, one, plain, {});
    const second = await start(scene, one, plain, {});
    queue.down = true;

    expect(await failures([first])).toEqual([]);
    await scene.age(6);
    expect(await scene.sweep()).toEqual([{ tenant: one.tenantId, job: second.id, epoch: 1 }]);
  });

  it("leaves a record alone when too little time is left to try", async () => {
    const { worker, hidden } = shop(scene);
    const token = await startOne(scene, tenant, plain, {});

    const { batchItemFailures } = await worker(sqsEvent([token]), context(3));
    expect(batchItemFailures).toEqual([{ itemIdentifier: "m0" }]);
    expect(hidden.get(JSON.stringify(token))).toBe(1);
    expect(await scene.job(token.job)).toMatchObject({ state: "queued", attempt: 0 });
  });

  it("leaves an invalid token to the dead-letter queue", async () => {
    const { failures } = shop(scene);
    const job = effectOf("x");
    const bodies = ["", "{", "null", "[]", '{"tenant":"x"}', JSON.stringify(job)];
    expect(await failures(bodies)).toEqual(["m0", "m1", "m2", "m3", "m4", "m5"]);
  });

  it("fails a record also when its message can't be hidden", async () => {
    const queue = fakeQueue();
    const hide = () => Promise.reject(new Error("SQS is down"));
    const worker = createWorker({ ...scene.deps, queue, hide });
    const token = await startOne(scene, tenant, failing, {});
    expect(await worker(sqsEvent([token]), context())).toEqual({
      batchItemFailures: [{ itemIdentifier: "m0" }],
    });
  });

  it("looks again for those who came in the moment in which it left a slot idle", async () => {
    const { worker, queue } = shop(scene);
    const one = await scene.newTenant(1);
    const first = await startOne(scene, one, plain, {});
    const held = await startOne(scene, tenant, slow, {});
    const id = randomUUID();
    const latch = await latchIn(scene);
    const coming = scene.enqueueThen(one, enqueueJob(plain, {}, { id }), stopAt(latch));
    await latch.reached();

    const batch = worker(sqsEvent([first, held]), context());
    await atWork(1);
    const state = async () => (await scene.job(first.job)).state;
    await expect.poll(state).toBe("succeeded");
    await latch.release();
    expect(await coming).toEqual([]);
    letGo();
    await batch;
    expect(queue.take()).toEqual([{ tenant: one.tenantId, job: id, epoch: 1 }]);
  });
});
