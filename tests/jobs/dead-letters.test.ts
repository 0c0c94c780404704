import type { Token } from "@bulkhead/db";
import { beforeEach, describe, expect, it } from "vitest";
import { createDeadLetters } from "../../functions/dead-letters/dead-letters.ts";
import type { Person } from "../support/database.ts";
import { context, fakeQueue, sqsEvent } from "./outside.ts";
import { type House, jobHouse, start, startOne } from "./support.ts";
import { failing, gated, plain } from "./tasks.ts";

const { task: slow, atWork, letGo } = gated();

function cemetery(house: House) {
  const queue = fakeQueue();
  const rung: unknown[] = [];
  const deadLetters = createDeadLetters({
    databases: house.deadLetters,
    queue,
    bell: {
      gaveUp: (token) => rung.push(token),
      unreadable: (body) => rung.push(body),
    },
  });
  const bury = async (...bodies: (Token | string)[]) =>
    (await deadLetters(sqsEvent(bodies), context())).batchItemFailures;
  return { queue, rung, bury };
}

describe("a dead letter", () => {
  let house: House;
  let tenant: Person;
  beforeEach(async () => {
    house = await jobHouse([plain, failing, slow]);
    tenant = await house.newTenant(1);
  });

  it("of a job that fails for ever stores why, rings, and hands its slot on", async () => {
    const { queue, rung, bury } = cemetery(house);
    const token = await startOne(house, tenant, failing, {});
    const next = await start(house, tenant, plain, {});
    for (let tries = 1; tries <= 5; tries++) await house.deliver(token, tries);

    expect(await bury(token)).toEqual([]);
    expect(await house.job(token.job)).toMatchObject({
      state: "failed",
      slot: null,
      attempt: 5,
      error: { code: "internal" },
    });
    expect(rung).toEqual([token]);
    expect(queue.take()).toEqual([{ tenant: tenant.tenantId, job: next.id, epoch: 1 }]);
  });

  it("of a job whose worker never said a word says so", async () => {
    const { bury } = cemetery(house);
    const token = await startOne(house, tenant, plain, {});
    await bury(token);
    expect((await house.job(token.job)).error?.code).toBe("job.never_finished");
    expect(await house.slotsTaken()).toBe(0);
  });

  it("of a job whose last worker was killed ends it when the lease is over", async () => {
    const { rung, bury } = cemetery(house);
    const token = await startOne(house, tenant, slow, {});
    const killed = house.deliver(token);
    await atWork(1);

    expect(await bury(token)).toEqual([{ itemIdentifier: "m0" }]);
    expect(rung).toEqual([]);
    await house.age(5);
    expect(await bury(token)).toEqual([]);
    expect(rung).toEqual([token]);
    letGo();
    expect(await killed).toEqual({ kind: "gone" });
    expect(await house.effects()).toBe(0);
  });

  it("of a finished job, or of a stale token, is acknowledged in silence", async () => {
    const { rung, bury } = cemetery(house);
    const token = await startOne(house, tenant, plain, {});
    expect(await bury({ ...token, epoch: 9 })).toEqual([]);
    await house.deliver(token);

    expect(await bury(token)).toEqual([]);
    expect(await house.job(token.job)).toMatchObject({ state: "succeeded" });
    expect(rung).toEqual([]);
  });

  it("does not end a job that lost its slot and waits for another", async () => {
    const { bury } = cemetery(house);
    const token = await startOne(house, tenant, plain, {});
    await house.sql("update app.jobs set slot = null where id = $1", [token.job]);
    expect(await bury(token)).toEqual([]);
    expect(await house.job(token.job)).toMatchObject({ state: "queued" });
  });

  it("that nobody can read is told of and dropped", async () => {
    const { rung, bury } = cemetery(house);
    expect(await bury("{", '{"tenant":1}')).toEqual([]);
    expect(rung).toEqual(["{", '{"tenant":1}']);
  });

  it("comes again when its successor's token can't be sent, and rings once", async () => {
    const { queue, rung, bury } = cemetery(house);
    const token = await startOne(house, tenant, plain, {});
    await start(house, tenant, plain, {});
    queue.down = true;
    expect(await bury(token)).toEqual([{ itemIdentifier: "m0" }]);
    expect(await bury(token)).toEqual([]);
    expect(rung).toEqual([token]);
  });
});
