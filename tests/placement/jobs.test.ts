import {
  admitAfter,
  defineJob,
  giveUpJob,
  owe,
  perform,
  sweepJobs,
  tabled,
} from "@bulkhead/core/job";
import { type Token, transact } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createSweeper } from "../../functions/sweeper/sweeper.ts";
import { parkJob } from "../../packages/core/src/job/park.ts";
import { context, fakeObjects, fakeQueue, sqsEvent } from "../jobs/outside.ts";
import { callerOf } from "../support/caller.ts";
import type { Person } from "../support/database.ts";
import { DEDICATED, freshPair, type Pair } from "../support/dedicated.ts";
import { latchIn } from "../support/latch.ts";
import { redefine } from "../support/mutation.ts";

logger.setLogLevel("SILENT");

const task = defineJob({
  name: "test.done",
  input: z.strictObject({}),
  run: async () => ({ result: { ok: true } }),
});

/** A pair, a tenant in its dedicated database with two slots, and the functions that work for it. */
async function scene() {
  const pair = await freshPair();
  const ada = await pair.newResident("ada");
  await pair.home.sql("update auth.tenants set job_limit = 2");
  const api = pair.databases("api");
  const worker = pair.databases("worker");
  const sweeper = pair.databases("sweeper");
  const workplace = { databases: worker, objects: fakeObjects(), tasks: tabled(task) };

  return {
    pair,
    ada,
    worker,
    sweeper,
    deadLetters: pair.databases("dead_letters"),
    async enqueue(person: Person = ada) {
      const caller = { ...callerOf(api.home, person), databases: api };
      return (await transact(caller, owe(task, {}))).results[0];
    },
    deliver: (token: Token) => perform(workplace, { ...token, tries: 1, requestId: "w" }),
    sweep: () => sweepJobs(sweeper, "s", 500, DEDICATED),
    jobs: () =>
      pair.dedicated.sql("select state, slot, result, error from app.jobs order by created_at, id"),
    standing: async () => (await pair.dedicated.sql("select * from auth.tenants"))[0],
  };
}

const first = (tokens: Token[]): Token => {
  const [token] = tokens;
  if (!token) throw new Error("No slot was free.");
  return token;
};

const suspend = (pair: Pair, status = "suspended") =>
  pair.home.sql("update auth.tenants set status = $1", [status]);

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
    const { enqueue, deliver, jobs, sweep, standing, pair } = await scene();
    const token = first(await enqueue());
    await suspend(pair);
    expect(await deliver(token)).toEqual({ kind: "parked" });
    expect(await jobs()).toMatchObject([{ state: "queued", slot: null }]);
    expect(await standing()).toMatchObject({ status: "suspended" });
    expect(await sweep()).toEqual([]);

    await suspend(pair, "active");
    const again = first(await sweep());
    expect(again).toEqual({ ...token, epoch: 2 });
    expect(await deliver(again)).toMatchObject({ kind: "done" });
  });

  it("is given no more slots than home allows, from the next word on", async () => {
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
      { state: "failed", error: { code: "job.never_finished" } },
      { slot: expect.any(Number) },
      { slot: expect.any(Number) },
    ]);
  });

  it("is looked at once more when its slot found nobody", async () => {
    const { enqueue, deliver, worker, pair } = await scene();
    const token = first(await enqueue());
    await deliver(token);
    await enqueue();
    await pair.dedicated.sql("update app.jobs set slot = null, epoch = 0 where state = 'queued'");
    expect(await admitAfter(worker, token)).toMatchObject([{ epoch: 1 }]);
  });

  it.each(["home", "dedicated"] as const)(
    "stands still while its tenant is being moved, says %s, like one that somebody else holds",
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
        expect(await parkJob(worker, { ...token, requestId: "p" })).toBe(false);
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
    await pair.settle(eve.tenantId);
    await latch.release();

    // Where she lives now there is no such job: nobody has copied it.
    expect(await delivered).toMatchObject({ kind: "gone" });
    expect(await pair.home.sql("select state, attempt from app.jobs")).toEqual([
      { state: "queued", attempt: 0 },
    ]);
  });
});

describe("the sweeper", () => {
  it("sweeps each database, and arms the next sweep of each", async () => {
    const { enqueue, sweeper, pair } = await scene();
    const eve = await pair.newPerson("eve");
    const lost = [first(await enqueue()), first(await enqueue(eve))];
    for (const { sql } of [pair.home, pair.dedicated]) {
      await sql("update app.jobs set sent_at = now() - interval '1 hour'");
    }
    const queue = fakeQueue();
    await createSweeper({ databases: sweeper, queue })(sqsEvent(["{}"]), context());
    expect(new Set(queue.sent)).toEqual(new Set(lost));
    expect(queue.sweeps).toHaveLength(2);
  });

  it("sweeps the others when one can't be reached, and comes again for it", async () => {
    const { enqueue, pair } = await scene();
    const eve = await pair.newPerson("eve");
    await enqueue(eve);
    await pair.home.sql("update app.jobs set sent_at = now() - interval '1 hour'");
    const queue = fakeQueue();
    const dead = pair.dedicated.as("sweeper", { port: 1 });
    const databases = { [DEDICATED]: dead, home: pair.home.as("sweeper") };
    const sweeping = createSweeper({ databases, queue })(sqsEvent(["{}"]), context());
    await expect(sweeping).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(queue.sent).toHaveLength(1);
  });

  it("touches nothing that home does not answer for", async () => {
    const { enqueue, sweeper, pair } = await scene();
    await enqueue();
    await pair.dedicated.sql("update app.jobs set sent_at = now() - interval '1 hour'");
    const home = pair.home.as("sweeper", { port: 1 });
    await expect(sweepJobs({ ...sweeper, home }, "s", 500, DEDICATED)).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
    const [job] = await pair.dedicated.sql(
      "select sent_at < now() - interval '30 minutes' as old from app.jobs",
    );
    expect(job).toEqual({ old: true });
  });
});

describe("what a move leaves behind", () => {
  /** A tenant whose job was on the queue at home when it moved away, and is still a row there. */
  async function left() {
    const it = await scene();
    const eve = await it.pair.newPerson("eve");
    const tokens = [await it.enqueue(eve), await it.enqueue(eve)].flat();
    await it.enqueue(eve);
    await it.pair.home.sql("update app.jobs set sent_at = now() - interval '1 hour'");
    await it.pair.settle(eve.tenantId);
    const rows = () => it.pair.home.sql("select * from app.jobs order by id");
    return { ...it, eve, token: first(tokens), rows };
  }

  it("lies still: no sweep, worker or dead letter moves it, and nobody is sent its token", async () => {
    const { pair, sweeper, worker, deadLetters, deliver, token, rows } = await left();
    const before = await rows();
    expect(await sweepJobs(sweeper, "s", 500)).toEqual([]);
    expect(await deliver(token)).toEqual({ kind: "gone" });
    expect(await giveUpJob(deadLetters, { ...token, requestId: "d" })).toEqual({ kind: "gone" });
    expect(await admitAfter(worker, token)).toEqual([]);
    await suspend(pair);
    expect(await parkJob(worker, { ...token, requestId: "p" })).toBe(false);
    expect(await rows()).toEqual(before);
  });

  it("is given no slot, and neither is what waits while its tenant is being moved, whoever asks", async () => {
    const { pair, ada, eve, enqueue, sweeper } = await left();
    await enqueue();
    await pair.dedicated.sql("update app.jobs set slot = null");
    await pair.home.sql("update app.jobs set slot = null");
    const slotOf = async ({ sql }: Pair["home"], person: Person) =>
      (
        await sql(
          "select app.free_slot($1) as free, (select count(*)::int from app.hand_over($1, 1::smallint)) as handed",
          [person.tenantId],
        )
      )[0];
    expect(await slotOf(pair.home, eve)).toEqual({ free: null, handed: 0 });

    const pause = (until: string, who = "true") =>
      pair.dedicated.sql(`update auth.tenants set writes_paused_until = ${until} where ${who}`);
    const SOON = "now() + interval '9 seconds'";
    await pause(SOON);
    expect(await slotOf(pair.dedicated, ada)).toEqual({ free: null, handed: 0 });
    // Nor does it take anybody's turn: a sweep of one looks for one who may have a slot, whoever comes first.
    const bob = await pair.newResident("bob");
    await enqueue(bob);
    for (const [awake, resting] of [
      [bob, ada],
      [ada, bob],
    ] as const) {
      await pair.dedicated.sql("update app.jobs set slot = null");
      await pause("null", `id = '${awake.tenantId}'`);
      await pause(SOON, `id = '${resting.tenantId}'`);
      const tokens = await sweepJobs(sweeper, "s", 1, DEDICATED);
      expect(tokens).toMatchObject([{ tenant: awake.tenantId }]);
    }
    await pair.dedicated.sql("update app.jobs set slot = null");
    await pause("null");
    expect(await slotOf(pair.dedicated, ada)).toEqual({ free: 1, handed: 1 });
  });

  it("would be moved if it did not matter where the tenant lives", async () => {
    const { pair, sweeper, token } = await left();
    await redefine(pair.home, "app.sweep", (it) =>
      it.replaceAll("join app.signing_keys k on k.database = t.placement", ""),
    );
    expect(await sweepJobs(sweeper, "s", 500)).toContainEqual(token);
  });
});
