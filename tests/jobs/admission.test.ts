import { randomUUID } from "node:crypto";
import { admitAfter, enqueueJob } from "@bulkhead/core/job";
import { rawStatement, type Token } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { latchIn, stopAt } from "../support/latch.ts";
import { type JobScene, jobScene, start, startOne } from "./support.ts";
import { plain } from "./tasks.ts";

const many = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

const tokensOf = (started: readonly { tokens: Token[] }[]) =>
  started.flatMap(({ tokens }) => tokens);

/** The most slots that one tenant ever held, asked again and again until `work` is done. */
async function mostSlots(scene: JobScene, work: Promise<unknown>): Promise<number> {
  let most = 0;
  let working = true;
  const done = work.finally(() => {
    working = false;
  });
  while (working) {
    const [row] = await scene.sql(
      "select coalesce(max(n), 0) as most from (select count(*) n from app.jobs where slot is not null group by tenant_id) x",
    );
    most = Math.max(most, Number(row?.most));
  }
  await done;
  return most;
}

describe("admission", () => {
  it("admits exactly the limit of 200 jobs that race for it", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(4);

    const racing = many(200, () => start(scene, tenant, plain, {}));
    expect(await mostSlots(scene, racing)).toBe(4);
    expect(tokensOf(await racing)).toHaveLength(4);
    expect(await scene.slotsTaken()).toBe(4);
  });

  it("never exceeds the limit while jobs end as others come, and does them all", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(4);
    // The second look of the worker is what makes this end without a sweep.
    const drain = async (tokens: Token[]): Promise<void> => {
      await Promise.all(
        tokens.map(async (token) => {
          const outcome = await scene.deliver(token);
          const next = "tokens" in outcome ? outcome.tokens : [];
          await drain(next.length > 0 ? next : await admitAfter(scene.worker, token));
        }),
      );
    };

    const work = many(200, async () => drain((await start(scene, tenant, plain, {})).tokens));
    expect(await mostSlots(scene, work)).toBeLessThanOrEqual(4);
    const open = (await scene.jobs()).filter(({ state }) => state !== "succeeded");
    // Two that ran in the same instant may still have missed each other: the sweep is for those.
    expect(open.length).toBeLessThanOrEqual(1);
    await drain(await scene.sweep());
    expect(await scene.effects()).toBe(200);
    expect(await scene.slotsTaken()).toBe(0);
  });

  it("does not wait for another transaction that holds a slot", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(2);
    const latch = await latchIn(scene);
    const stopped = scene.enqueueThen(tenant, enqueueJob(plain, {}), stopAt(latch));
    await latch.reached();
    expect((await start(scene, tenant, plain, {})).tokens).toHaveLength(1);
    await latch.release();
    expect(await stopped).toHaveLength(1);
  });

  it("leaves nothing of a job whose transaction is rolled back", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(1);
    const failing = rawStatement("select 1 / 0", () => undefined);

    await expect(scene.enqueueThen(tenant, enqueueJob(plain, {}), failing())).rejects.toThrow(
      "division",
    );
    expect(await scene.jobs()).toEqual([]);
    expect(await startOne(scene, tenant, plain, {})).toMatchObject({ epoch: 1 });
  });

  it("hands a slot to the highest priority first, and to the oldest among equals", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(1);
    let token: Token | undefined = await startOne(scene, tenant, plain, {});
    const wanted: string[] = [];
    for (const priority of [0, 5, -1, 5]) {
      const id = randomUUID();
      wanted.push(id);
      await scene.enqueue(tenant, enqueueJob(plain, {}, { id, priority }));
    }

    const order: string[] = [];
    while (token) {
      const outcome = await scene.deliver(token);
      token = "tokens" in outcome ? outcome.tokens[0] : undefined;
      if (token) order.push(token.job);
    }
    expect(order).toEqual([wanted[1], wanted[3], wanted[0], wanted[2]]);
  });

  it("does not let a newcomer pass those of its priority who wait", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(1);
    await startOne(scene, tenant, plain, {});
    const waiting = await start(scene, tenant, plain, {});
    await scene.sql("update auth.tenants set job_limit = 2 where id = $1", [tenant.tenantId]);

    const { tokens } = await start(scene, tenant, plain, {});
    expect(tokens.map(({ job }) => job)).toEqual([waiting.id]);
  });

  it("gives a quiet tenant its slot however many jobs a noisy one has", async () => {
    const scene = await jobScene([plain]);
    const [noisy, quiet] = [await scene.newTenant(2), await scene.newTenant(2)];
    const started = await many(100, () => start(scene, noisy, plain, {}));
    expect(tokensOf(started)).toHaveLength(2);

    const token = await startOne(scene, quiet, plain, {});
    expect(await scene.deliver(token)).toMatchObject({ kind: "done" });
  });

  it("hands on no slot above a limit that was lowered", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(3);
    const tokens = tokensOf(await many(6, () => start(scene, tenant, plain, {})));
    await scene.sql("update auth.tenants set job_limit = 1 where id = $1", [tenant.tenantId]);

    for (const token of tokens) await scene.deliver(token);
    expect(await scene.slotsTaken()).toBe(1);
  });

  it("fills the slots above a limit that was raised with the next sweep", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(1);
    await many(4, () => start(scene, tenant, plain, {}));
    await scene.sql("update auth.tenants set job_limit = 3 where id = $1", [tenant.tenantId]);

    expect(await scene.sweep()).toHaveLength(2);
    expect(await scene.slotsTaken()).toBe(3);
  });

  it("finds those who came in the moment in which a slot was freed", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(1);
    const first = await startOne(scene, tenant, plain, {});
    const id = randomUUID();
    const latch = await latchIn(scene);
    const coming = scene.enqueueThen(tenant, enqueueJob(plain, {}, { id }), stopAt(latch));
    await latch.reached();

    // Neither sees the other: the slot is still taken for one, the other has not committed.
    expect(await scene.deliver(first)).toMatchObject({ kind: "done", tokens: [] });
    await latch.release();
    expect(await coming).toEqual([]);
    expect(await scene.slotsTaken()).toBe(0);

    expect(await admitAfter(scene.worker, { ...first, epoch: 7 })).toEqual([]);
    expect(await admitAfter(scene.worker, first)).toMatchObject([{ job: id, epoch: 1 }]);
  });

  it("reveals a tenant's jobs to no token whose own job has not ended", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(1);
    const first = await startOne(scene, tenant, plain, {});
    await start(scene, tenant, plain, {});
    await scene.sql("update auth.tenants set job_limit = 2 where id = $1", [tenant.tenantId]);
    expect(await admitAfter(scene.worker, first)).toEqual([]);
  });
});
