import { randomUUID } from "node:crypto";
import { enqueueJob } from "@bulkhead/core/job";
import { beforeEach, describe, expect, it } from "vitest";
import { createSweeper } from "../../functions/sweeper/sweeper.ts";
import type { Person } from "../support/database.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { type House, jobHouse, start, startOne } from "./support.ts";
import { gated, plain } from "./tasks.ts";

const { task: slow, atWork, letGo } = gated();

function broom(house: House, batch?: number) {
  const queue = fakeQueue();
  const sweeper = createSweeper({ databases: house.sweeper, queue, ...(batch && { batch }) });
  return { queue, sweep: () => sweeper(sqsEvent(["{}"]), context()) };
}

describe("the sweeper", () => {
  let house: House;
  let tenant: Person;
  beforeEach(async () => {
    house = await jobHouse([plain, slow]);
    tenant = await house.newTenant(2);
  });

  it("sends a lost token again after five minutes, and not before", async () => {
    const { queue, sweep } = broom(house);
    const lost = await startOne(house, tenant, plain, {});
    await sweep();
    expect(queue.take()).toEqual([]);

    await house.age(6);
    await sweep();
    expect(queue.take()).toEqual([lost]);
    await sweep();
    expect(queue.take()).toEqual([]);
    expect(await house.deliver(lost)).toMatchObject({ kind: "done" });
  });

  it("sends no second token of a job that waits for its next try", async () => {
    const { queue, sweep } = broom(house);
    const token = await startOne(house, tenant, plain, {});
    await house.sql("update app.jobs set sent_at = now() + interval '10 minutes'");
    await house.age(6);
    await sweep();
    expect(queue.take()).toEqual([]);
    expect(await house.deliver(token)).toMatchObject({ kind: "done" });
  });

  it("takes a killed worker's job back a minute after its lease", async () => {
    const { queue, sweep } = broom(house);
    const token = await startOne(house, tenant, slow, {});
    const killed = house.deliver(token);
    await atWork(1);
    await sweep();
    expect(queue.take()).toEqual([]);

    await house.age(2);
    await sweep();
    expect(queue.take()).toEqual([token]);
    expect(await house.job(token.job)).toMatchObject({ state: "queued", slot: 1 });
    // The worker was only slow, and no other has taken over yet: it has lost the job all the same.
    letGo();
    expect(await killed).toMatchObject({ kind: "leased" });
    expect(await house.effects()).toBe(0);
    const again = house.deliver(token, 2);
    await atWork(1);
    letGo();
    expect(await again).toMatchObject({ kind: "done" });
    expect(await house.effects()).toBe(1);
  });

  it("keeps the token that was only slow good: a queue of any length is worked off", async () => {
    const { sweep } = broom(house);
    const slowToken = await startOne(house, tenant, plain, {});
    for (let round = 0; round < 3; round++) {
      await house.age(6);
      await sweep();
    }
    expect(await house.deliver(slowToken)).toMatchObject({ kind: "done" });
  });

  it("admits a job when its time has come, and not before", async () => {
    const { queue, sweep } = broom(house);
    const id = randomUUID();
    const runAt = new Date(Date.now() + 3_600_000);
    expect(await house.enqueue(tenant, enqueueJob(plain, {}, { id, runAt }))).toEqual([]);
    await startOne(house, tenant, plain, {});
    await sweep();
    expect(queue.take()).toEqual([]);

    await house.sql("update app.jobs set run_at = now() where id = $1", [id]);
    await sweep();
    expect(queue.take()).toEqual([{ tenant: tenant.tenantId, job: id, epoch: 1 }]);
  });

  it("fills idle slots also when more tenants than a batch have all of theirs taken", async () => {
    const { queue, sweep } = broom(house, 2);
    for (let busy = 0; busy < 3; busy++) {
      const saturated = await house.newTenant(1);
      for (let n = 0; n < 2; n++) await start(house, saturated, plain, {});
    }
    await house.newTenant(1);
    const idle = await house.newTenant(1);
    await startOne(house, idle, plain, {});
    const { id } = await start(house, idle, plain, {});
    await house.sql("update auth.tenants set job_limit = 2 where id = $1", [idle.tenantId]);

    await sweep();
    expect(queue.take()).toEqual([{ tenant: idle.tenantId, job: id, epoch: 1 }]);
  });

  it("sweeps in batches until nothing is left", async () => {
    const { queue, sweep } = broom(house, 2);
    const wide = await house.newTenant(5);
    for (let n = 0; n < 5; n++) await startOne(house, wide, plain, {});
    await house.age(6);
    await sweep();
    expect(queue.take()).toHaveLength(5);
  });

  it("forgets answers after a day and finished jobs after a month", async () => {
    const { sweep } = broom(house);
    const [old, young] = [
      await startOne(house, tenant, plain, {}),
      await startOne(house, tenant, plain, {}),
    ];
    await house.deliver(old);
    await house.deliver(young);
    await house.sql("update app.jobs set finished_at = now() - interval '31 days' where id = $1", [
      old.job,
    ]);
    await sweep();
    expect((await house.jobs()).map(({ id }) => id)).toEqual([young.job]);
    const events = await house.sql(
      "select actor, action, operation from audit.events where target_id = $1 order by occurred_at desc limit 1",
      [old.job],
    );
    expect(events).toEqual([
      { actor: "system:sweeper", action: "job.expire", operation: "delete" },
    ]);
  });

  it("answers the daily schedule as it answers a message", async () => {
    const queue = fakeQueue();
    const lost = await startOne(house, tenant, plain, {});
    await house.age(6);
    const event = { source: "aws.events" } as Parameters<ReturnType<typeof createSweeper>>[0];
    await createSweeper({ databases: house.sweeper, queue })(event, context());
    expect(queue.take()).toEqual([lost]);
  });
});
