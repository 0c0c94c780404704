import { claimNextSweep, enqueueJob } from "@bulkhead/core/job";
import { beforeEach, describe, expect, it } from "vitest";
import { createSweeper } from "../../functions/sweeper/sweeper.ts";
import type { Person } from "../support/database.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { type JobScene, jobScene, startOne } from "./support.ts";
import { plain } from "./tasks.ts";

function sweeper(scene: JobScene) {
  const queue = fakeQueue();
  const sweeper = createSweeper({ databases: scene.sweeper, queue });
  return { queue, sweep: () => sweeper(sqsEvent(["{}"]), context()) };
}

describe("the next sweep", () => {
  let scene: JobScene;
  let tenant: Person;
  beforeEach(async () => {
    scene = await jobScene([plain]);
    tenant = await scene.newTenant(2);
  });

  it("is armed while anything waits, and not when nothing does", async () => {
    const { queue, sweep } = sweeper(scene);
    await sweep();
    expect(queue.sweeps).toEqual([]);

    const token = await startOne(scene, tenant, plain, {});
    await sweep();
    expect(queue.sweeps).toEqual([300]);
    await sweep();
    expect(queue.sweeps).toEqual([300]);
    await scene.deliver(token);
    await scene.sql("update app.sweeps set armed_until = now()");
    await sweep();
    expect(queue.sweeps).toEqual([300]);
  });

  it("comes for a scheduled job at its time, and at the latest after a quarter of an hour", async () => {
    const { queue, sweep } = sweeper(scene);
    const runAt = (seconds: number) => new Date(Date.now() + seconds * 1000);
    await scene.enqueue(tenant, enqueueJob(plain, {}, { runAt: runAt(7200) }));
    await sweep();
    expect(queue.sweeps).toEqual([900]);

    // Sooner than what is armed: another sweep is armed for it.
    await scene.enqueue(tenant, enqueueJob(plain, {}, { runAt: runAt(200) }));
    await sweep();
    expect(queue.sweeps[1]).toBeGreaterThan(150);
    expect(queue.sweeps[1]).toBeLessThanOrEqual(200);
  });

  it("is armed once when two processes do it at the same time", async () => {
    await startOne(scene, tenant, plain, {});
    const both = await Promise.all([claimNextSweep(scene.sweeper), claimNextSweep(scene.sweeper)]);
    expect(both.filter((seconds) => seconds !== null)).toEqual([300]);
  });

  it("is armed again when the one who was to do it died before the message was sent", async () => {
    const { queue, sweep } = sweeper(scene);
    await startOne(scene, tenant, plain, {});
    queue.down = true;
    await expect(sweep()).rejects.toThrow("SQS is down");
    queue.down = false;
    await scene.sql("update app.sweeps set armed_until = armed_until - interval '1 minute'");
    await sweep();
    expect(queue.sweeps).toEqual([300]);
  });
});
