import { randomUUID } from "node:crypto";
import { enqueueJob } from "@bulkhead/core/job";
import { beforeEach, describe, expect, it } from "vitest";
import { createSweeper } from "../../functions/sweeper/sweeper.ts";
import type { Person } from "../support/database.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { type JobScene, jobScene, start, startOne } from "./support.ts";
import { gated, plain } from "./tasks.ts";

const { task: slow, atWork, letGo } = gated();

function sweeper(scene: JobScene, batch?: number) {
  const queue = fakeQueue();
  const sweeper = createSweeper({ databases: scene.sweeper, queue, ...(batch && { batch }) });
  return { queue, sweep: () => sweeper(sqsEvent(["{}"]), context()) };
}

describe("the sweeper", () => {
  let scene: JobScene;
  let tenant: Person;
  beforeEach(async () => {
    scene = await jobScene([plain, slow]);
    tenant = await scene.newTenant(2);
  });

  it("sends a lost token again after five minutes, and not before", async () => {
    const { queue, sweep } = sweeper(scene);
    const lost = await startOne(scene, tenant, plain, {});
    await sweep();
    expect(queue.take()).toEqual([]);

    await scene.age(6);
    await sweep();
    expect(queue.take()).toEqual([lost]);
    await sweep();
    expect(queue.take()).toEqual([]);
    expect(await scene.deliver(lost)).toMatchObject({ kind: "done" });
  });

  it("sends no second token of a job that waits for its next try", async () => {
    const { queue, sweep } = sweeper(scene);
    const token = await startOne(scene, tenant, plain, {});
    await scene.sql("update app.jobs set sent_at = now() + interval '10 minutes'");
    await scene.age(6);
    await sweep();
    expect(queue.take()).toEqual([]);
    expect(await scene.deliver(token)).toMatchObject({ kind: "done" });
  });

  it("takes a killed worker's job back a minute after its lease", async () => {
    const { queue, sweep } = sweeper(scene);
    const token = await startOne(scene, tenant, slow, {});
    const killed = scene.deliver(token);
    await atWork(1);
    await sweep();
    expect(queue.take()).toEqual([]);

    await scene.age(2);
    await sweep();
    expect(queue.take()).toEqual([token]);
    expect(await scene.job(token.job)).toMatchObject({ state: "queued", slot: 1 });
    // The worker was only slow, and no other has taken over yet: it has lost the job all the same.
    letGo();
    expect(await killed).toMatchObject({ kind: "leased" });
    expect(await scene.effects()).toBe(0);
    const again = scene.deliver(token, 2);
    await atWork(1);
    letGo();
    expect(await again).toMatchObject({ kind: "done" });
    expect(await scene.effects()).toBe(1);
  });

  it("keeps the token that was only slow good: a queue of any length is worked off", async () => {
    const { sweep } = sweeper(scene);
    const slowToken = await startOne(scene, tenant, plain, {});
    for (let round = 0; round < 3; round++) {
      await scene.age(6);
      await sweep();
    }
    expect(await scene.deliver(slowToken)).toMatchObject({ kind: "done" });
  });

  it("admits a job when its time has come, and not before", async () => {
    const { queue, sweep } = sweeper(scene);
    const id = randomUUID();
    const runAt = new Date(Date.now() + 3_600_000);
    expect(await scene.enqueue(tenant, enqueueJob(plain, {}, { id, runAt }))).toEqual([]);
    await startOne(scene, tenant, plain, {});
    await sweep();
    expect(queue.take()).toEqual([]);

    await scene.sql("update app.jobs set run_at = now() where id = $1", [id]);
    await sweep();
    expect(queue.take()).toEqual([{ tenant: tenant.tenantId, job: id, epoch: 1 }]);
  });

  it("fills idle slots also when more tenants than a batch have all of theirs taken", async () => {
    const { queue, sweep } = sweeper(scene, 2);
    for (let busy = 0; busy < 3; busy++) {
      const saturated = await scene.newTenant(1);
      for (let n = 0; n < 2; n++) await start(scene, saturated, plain, {});
    }
    await scene.newTenant(1);
    const idle = await scene.newTenant(1);
    await startOne(scene, idle, plain, {});
    const { id } = await start(scene, idle, plain, {});
    await scene.sql("update auth.tenants set job_limit = 2 where id = $1", [idle.tenantId]);

    await sweep();
    expect(queue.take()).toEqual([{ tenant: idle.tenantId, job: id, epoch: 1 }]);
  });

  it("sweeps in batches until nothing is left", async () => {
    const { queue, sweep } = sweeper(scene, 2);
    const wide = await scene.newTenant(5);
    for (let n = 0; n < 5; n++) await startOne(scene, wide, plain, {});
    await scene.age(6);
    await sweep();
    expect(queue.take()).toHaveLength(5);
  });

  it("forgets answers after a day and finished jobs after a month", async () => {
    const { sweep } = sweeper(scene);
    const [old, young] = [
      await startOne(scene, tenant, plain, {}),
      await startOne(scene, tenant, plain, {}),
    ];
    await scene.deliver(old);
    await scene.deliver(young);
    await scene.sql("update app.jobs set finished_at = now() - interval '31 days' where id = $1", [
      old.job,
    ]);
    await sweep();
    expect((await scene.jobs()).map(({ id }) => id)).toEqual([young.job]);
    const events = await scene.sql(
      "select actor, action, operation from audit.events where target_id = $1 order by occurred_at desc limit 1",
      [old.job],
    );
    expect(events).toEqual([
      { actor: "system:sweeper", action: "job.expire", operation: "delete" },
    ]);
  });

  it("answers the daily schedule as it answers a message", async () => {
    const queue = fakeQueue();
    const lost = await startOne(scene, tenant, plain, {});
    await scene.age(6);
    const event = { source: "aws.events" } as Parameters<ReturnType<typeof createSweeper>>[0];
    await createSweeper({ databases: scene.sweeper, queue })(event, context());
    expect(queue.take()).toEqual([lost]);
  });
});
