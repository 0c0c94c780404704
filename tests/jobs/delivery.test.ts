import { perform } from "@bulkhead/core/job";
import { describe, expect, it } from "vitest";
import { jobHouse, startOne, tapped } from "./support.ts";
import { gated, plain } from "./tasks.ts";

describe("a job", () => {
  it("has its effect, its end and its free slot in one transaction", async () => {
    const house = await jobHouse([plain]);
    const token = await startOne(house, await house.newTenant(1), plain, {});

    expect(await house.deliver(token)).toEqual({ kind: "done", task: "test.plain", tokens: [] });
    expect(await house.job(token.job)).toMatchObject({
      state: "succeeded",
      slot: null,
      attempt: 1,
      result: { ok: true },
      error: null,
    });
    expect(await house.effects()).toBe(1);
  });

  it("hands its slot to the next one when it ends", async () => {
    const house = await jobHouse([plain]);
    const tenant = await house.newTenant(1);
    const first = await startOne(house, tenant, plain, {});
    await expect(startOne(house, tenant, plain, {})).rejects.toThrow("No slot was free");

    const outcome = await house.deliver(first);
    const tokens = "tokens" in outcome ? outcome.tokens : [];
    expect(tokens).toHaveLength(1);
    expect(await house.slotsTaken()).toBe(1);
    for (const token of tokens) await house.deliver(token);
    expect(await house.effects()).toBe(2);
    expect(await house.slotsTaken()).toBe(0);
  });

  it("begins in one round trip and ends in one", async () => {
    const house = await jobHouse([plain]);
    const token = await startOne(house, await house.newTenant(1), plain, {});
    let trips = 0;
    const home = tapped(house.worker.home, (...batch) => {
      trips += 1;
      return house.worker.home.run(...batch);
    });

    const deps = { ...house.deps, databases: { home } };
    await perform(deps, { ...token, tries: 1, requestId: "w" });
    expect(trips).toBe(2);
  });

  it("delivered twice at once is done once", async () => {
    const { task, atWork, letGo } = gated();
    const house = await jobHouse([task]);
    const token = await startOne(house, await house.newTenant(1), task, {});

    const twins = [house.deliver(token), house.deliver(token)];
    const both = Promise.all(twins);
    await atWork(1);
    const second = await house.deliver(token);
    await Promise.race(twins); // the one that lost; the other one waits at the gate
    letGo();

    expect(second).toMatchObject({ kind: "leased" });
    expect((await both).map(({ kind }) => kind).sort()).toEqual(["done", "leased"]);
    expect(await house.effects()).toBe(1);
  });

  it("tells a second worker how long the first one has", async () => {
    const { task, atWork, letGo } = gated(12);
    const house = await jobHouse([task]);
    const token = await startOne(house, await house.newTenant(1), task, {});
    const first = house.deliver(token);
    await atWork(1);

    expect(await house.deliver(token)).toEqual({ kind: "leased", retrySeconds: 12 });
    letGo();
    await first;
  });

  it("delivered after its end is acknowledged", async () => {
    const house = await jobHouse([plain]);
    const token = await startOne(house, await house.newTenant(1), plain, {});
    await house.deliver(token);

    expect(await house.deliver(token)).toEqual({ kind: "gone" });
    expect(await house.effects()).toBe(1);
  });

  it("acknowledges a token of an older epoch, and one of an unknown job", async () => {
    const house = await jobHouse([plain]);
    const token = await startOne(house, await house.newTenant(1), plain, {});
    const other = await house.newTenant(1);

    expect(await house.deliver({ ...token, epoch: token.epoch - 1 })).toEqual({ kind: "gone" });
    expect(await house.deliver({ ...token, tenant: other.tenantId })).toEqual({ kind: "gone" });
    expect(await house.deliver({ ...token, tenant: token.job })).toEqual({ kind: "gone" });
    expect(await house.job(token.job)).toMatchObject({ state: "queued", attempt: 0 });
  });
});
