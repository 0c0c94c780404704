import type { Token } from "@bulkhead/db";
import { beforeEach, describe, expect, it } from "vitest";
import { createDeadLetters } from "../../functions/dead-letters/dead-letters.ts";
import type { Person } from "../support/database.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { type JobScene, jobScene, start, startOne } from "./support.ts";
import { failing, gated, plain } from "./tasks.ts";

const { task: slow, atWork, letGo } = gated();

function deadLetterQueue(scene: JobScene) {
  const queue = fakeQueue();
  const notified: unknown[] = [];
  const deadLetters = createDeadLetters({
    databases: scene.deadLetters,
    queue,
    notifier: {
      gaveUp: (token) => notified.push(token),
      unreadable: (body) => notified.push(body),
    },
  });
  const handle = async (...bodies: (Token | string)[]) =>
    (await deadLetters(sqsEvent(bodies), context())).batchItemFailures;
  return { queue, notified, handle };
}

describe("a dead letter", () => {
  let scene: JobScene;
  let tenant: Person;
  beforeEach(async () => {
    scene = await jobScene([plain, failing, slow]);
    tenant = await scene.newTenant(1);
  });

  it("of a job that always fails stores its error, notifies, and frees its slot for the next job", async () => {
    const { queue, notified, handle } = deadLetterQueue(scene);
    const token = await startOne(scene, tenant, failing, {});
    const next = await start(scene, tenant, plain, {});
    for (let tries = 1; tries <= 5; tries++) await scene.deliver(token, tries);

    expect(await handle(token)).toEqual([]);
    expect(await scene.job(token.job)).toMatchObject({
      state: "failed",
      slot: null,
      attempt: 5,
      error: { code: "internal" },
    });
    expect(notified).toEqual([token]);
    expect(queue.take()).toEqual([{ tenant: tenant.tenantId, job: next.id, epoch: 1 }]);
  });

  it("of a job whose worker recorded no error fails it with job.attempts_exhausted", async () => {
    const { handle } = deadLetterQueue(scene);
    const token = await startOne(scene, tenant, plain, {});
    await handle(token);
    expect((await scene.job(token.job)).error?.code).toBe("job.attempts_exhausted");
    expect(await scene.slotsTaken()).toBe(0);
  });

  it("of a job whose last worker was killed fails it when the lease is over", async () => {
    const { notified, handle } = deadLetterQueue(scene);
    const token = await startOne(scene, tenant, slow, {});
    const killed = scene.deliver(token);
    await atWork(1);

    expect(await handle(token)).toEqual([{ itemIdentifier: "m0" }]);
    expect(notified).toEqual([]);
    await scene.age(5);
    expect(await handle(token)).toEqual([]);
    expect(notified).toEqual([token]);
    letGo();
    expect(await killed).toEqual({ kind: "gone" });
    expect(await scene.effects()).toBe(0);
  });

  it("of a finished job, or of a stale token, is acknowledged without a notification", async () => {
    const { notified, handle } = deadLetterQueue(scene);
    const token = await startOne(scene, tenant, plain, {});
    expect(await handle({ ...token, epoch: 9 })).toEqual([]);
    await scene.deliver(token);

    expect(await handle(token)).toEqual([]);
    expect(await scene.job(token.job)).toMatchObject({ state: "succeeded" });
    expect(notified).toEqual([]);
  });

  it("does not end a job that lost its slot and waits for another", async () => {
    const { handle } = deadLetterQueue(scene);
    const token = await startOne(scene, tenant, plain, {});
    await scene.sql("update app.jobs set slot = null where id = $1", [token.job]);
    expect(await handle(token)).toEqual([]);
    expect(await scene.job(token.job)).toMatchObject({ state: "queued" });
  });

  it("that is unreadable is reported and dropped", async () => {
    const { notified, handle } = deadLetterQueue(scene);
    expect(await handle("{", '{"tenant":1}')).toEqual([]);
    expect(notified).toEqual(["{", '{"tenant":1}']);
  });

  it("is delivered again when its successor's token can't be sent, and notifies once", async () => {
    const { queue, notified, handle } = deadLetterQueue(scene);
    const token = await startOne(scene, tenant, plain, {});
    await start(scene, tenant, plain, {});
    queue.down = true;
    expect(await handle(token)).toEqual([{ itemIdentifier: "m0" }]);
    expect(await handle(token)).toEqual([]);
    expect(notified).toEqual([token]);
  });
});
