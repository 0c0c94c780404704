import { admitAfter, giveUpJob } from "@bulkhead/core/job";
import { logger } from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { requeueJob } from "../../packages/core/src/job/requeue.ts";
import { latchIn } from "../support/latch.ts";
import { redefine } from "../support/mutation.ts";

logger.setLogLevel("SILENT");

import { first, scene, suspend } from "./worker.ts";

describe("a job of a tenant with a database of its own", () => {
  it("is a row there and nowhere else, and hands its slot on when it is done", async () => {
    const { enqueue, deliver, jobs, pair } = await scene();
    const tokens = [await enqueue(), await enqueue(), await enqueue()].flat();
    expect(tokens).toHaveLength(2);

    const done = await deliver(first(tokens));
    expect(done).toMatchObject({ kind: "done", tokens: [{ epoch: 1 }] });
    expect(await deliver(first(tokens))).toEqual({ kind: "gone" });
    expect((await jobs()).map(({ state, slot }) => [state, slot !== null])).toEqual([
      ["succeeded", false],
      ["queued", true],
      ["queued", true],
    ]);
    expect(await pair.home.sql("select from app.jobs")).toEqual([]);
  });

  it("is not worked on while home says that the tenant is suspended, and goes on when it is not", async () => {
    const { enqueue, deliver, jobs, sweep, tenantStatus, pair } = await scene();
    const token = first(await enqueue());
    await suspend(pair);
    expect(await deliver(token)).toEqual({ kind: "requeued" });
    expect(await jobs()).toMatchObject([{ state: "queued", slot: null }]);
    expect(await tenantStatus()).toMatchObject({ status: "suspended" });
    expect(await sweep()).toEqual([]);

    await suspend(pair, "active");
    const again = first(await sweep());
    expect(again).toEqual({ ...token, epoch: 2 });
    expect(await deliver(again)).toMatchObject({ kind: "done" });
  });

  it("is given no more slots than home allows, from the next assertion on", async () => {
    const { enqueue, pair } = await scene();
    await pair.home.sql("update auth.tenants set job_limit = 1");
    expect(await enqueue()).toHaveLength(1);
    expect(await enqueue()).toHaveLength(0);
    await pair.home.sql("update auth.tenants set job_limit = 3");
    expect(await enqueue()).toHaveLength(2);
  });

  it("is given up after the last try, and its slot goes on", async () => {
    const { enqueue, deadLetters, jobs } = await scene();
    const tokens = [await enqueue(), await enqueue(), await enqueue()].flat();
    const burial = await giveUpJob(deadLetters, { ...first(tokens), requestId: "d" });
    expect(burial).toMatchObject({ kind: "gave_up", tokens: [{ epoch: 1 }] });
    expect(await jobs()).toMatchObject([
      { state: "failed", error: { code: "job.attempts_exhausted" } },
      { slot: expect.any(Number) },
      { slot: expect.any(Number) },
    ]);
  });

  it("is looked for once more when its slot found no job", async () => {
    const { enqueue, deliver, worker, pair } = await scene();
    const token = first(await enqueue());
    await deliver(token);
    await enqueue();
    await pair.dedicated.sql("update app.jobs set slot = null, epoch = 0 where state = 'queued'");
    expect(await admitAfter(worker, token)).toMatchObject([{ epoch: 1 }]);
  });

  it.each(["home", "dedicated"] as const)(
    "is not run while its tenant is being moved, says %s, like one with another lease",
    async (who) => {
      const { enqueue, deliver, sweep, deadLetters, worker, jobs, pair } = await scene();
      const token = first(await enqueue());
      await pair.dedicated.sql("update app.jobs set sent_at = now() - interval '1 hour'");
      const before = await jobs();
      await pair[who].sql(
        "update auth.tenants set writes_paused_until = now() + interval '9 seconds'",
      );

      const held = await deliver(token);
      expect(held).toEqual({ kind: "leased", retrySeconds: expect.any(Number) });
      expect((held as { retrySeconds: number }).retrySeconds).toBeGreaterThan(5);
      if (who === "dedicated") {
        expect(await sweep()).toEqual([]);
        expect(await giveUpJob(deadLetters, { ...token, requestId: "d" })).toMatchObject({
          kind: "leased",
        });
        await suspend(pair);
        expect(await requeueJob(worker, { ...token, requestId: "p" })).toBe(false);
        await suspend(pair, "active");
      }
      expect(await jobs()).toEqual(before);

      await pair[who].sql("update auth.tenants set writes_paused_until = now()");
      expect(await deliver(token)).toMatchObject({ kind: "done" });
    },
  );

  it("is not done in the place that its tenant leaves while its token is looked at", async () => {
    const { deliver, enqueue, pair } = await scene();
    const eve = await pair.newPerson("eve");
    const token = first(await enqueue(eve));
    const pausedUntil = (moment: string) =>
      pair.home.sql(`update auth.tenants set writes_paused_until = ${moment} where id = $1`, [
        eve.tenantId,
      ]);
    await pausedUntil("now() + interval '1 hour'");
    const latch = await latchIn(pair.home);
    // After the look that finds her at home.
    await redefine(pair.home, "app.open_job", (definition) =>
      definition.replace("if lives.database", `perform ${latch.stop};\n  if lives.database`),
    );
    const delivered = deliver(token);
    await latch.reached();
    await pausedUntil("null");
    await pair.placeTenant(eve.tenantId);
    await latch.release();

    // Its new database has no such job: it was not copied.
    expect(await delivered).toMatchObject({ kind: "gone" });
    expect(await pair.home.sql("select state, attempt from app.jobs")).toEqual([
      { state: "queued", attempt: 0 },
    ]);
  });
});
