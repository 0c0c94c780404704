import { perform } from "@bulkhead/core/job";
import { describe, expect, it } from "vitest";
import { jobScene, startOne, tapped } from "./support.ts";
import { gated, plain } from "./tasks.ts";

describe("a job", () => {
  it("has its effect, its end and its free slot in one transaction", async () => {
    const scene = await jobScene([plain]);
    const token = await startOne(scene, await scene.newTenant(1), plain, {});

    expect(await scene.deliver(token)).toEqual({ kind: "done", task: "test.plain", tokens: [] });
    expect(await scene.job(token.job)).toMatchObject({
      state: "succeeded",
      slot: null,
      attempt: 1,
      result: { ok: true },
      error: null,
    });
    expect(await scene.effects()).toBe(1);
  });

  it("hands its slot to the next one when it ends", async () => {
    const scene = await jobScene([plain]);
    const tenant = await scene.newTenant(1);
    const first = await startOne(scene, tenant, plain, {});
    await expect(startOne(scene, tenant, plain, {})).rejects.toThrow("No slot was free");

    const outcome = await scene.deliver(first);
    const tokens = "tokens" in outcome ? outcome.tokens : [];
    expect(tokens).toHaveLength(1);
    expect(await scene.slotsTaken()).toBe(1);
    for (const token of tokens) await scene.deliver(token);
    expect(await scene.effects()).toBe(2);
    expect(await scene.slotsTaken()).toBe(0);
  });

  it("begins in one round trip and ends in one", async () => {
    const scene = await jobScene([plain]);
    const token = await startOne(scene, await scene.newTenant(1), plain, {});
    let trips = 0;
    const home = tapped(scene.worker.home, (...batch) => {
      trips += 1;
      return scene.worker.home.run(...batch);
    });

    const deps = { ...scene.deps, databases: { home } };
    await perform(deps, { ...token, tries: 1, requestId: "w" });
    expect(trips).toBe(2);
  });

  it("delivered twice at once is done once", async () => {
    const { task, atWork, letGo } = gated();
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});

    const twins = [scene.deliver(token), scene.deliver(token)];
    const both = Promise.all(twins);
    await atWork(1);
    const second = await scene.deliver(token);
    await Promise.race(twins); // the one that lost; the other one waits at the gate
    letGo();

    expect(second).toMatchObject({ kind: "leased" });
    expect((await both).map(({ kind }) => kind).sort()).toEqual(["done", "leased"]);
    expect(await scene.effects()).toBe(1);
  });

  it("tells a second worker how long the first one has", async () => {
    const { task, atWork, letGo } = gated(12);
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});
    const first = scene.deliver(token);
    await atWork(1);

    expect(await scene.deliver(token)).toEqual({ kind: "leased", retrySeconds: 12 });
    letGo();
    await first;
  });

  it("delivered after its end is acknowledged", async () => {
    const scene = await jobScene([plain]);
    const token = await startOne(scene, await scene.newTenant(1), plain, {});
    await scene.deliver(token);

    expect(await scene.deliver(token)).toEqual({ kind: "gone" });
    expect(await scene.effects()).toBe(1);
  });

  it("acknowledges a token of an older epoch, and one of an unknown job", async () => {
    const scene = await jobScene([plain]);
    const token = await startOne(scene, await scene.newTenant(1), plain, {});
    const other = await scene.newTenant(1);

    expect(await scene.deliver({ ...token, epoch: token.epoch - 1 })).toEqual({ kind: "gone" });
    expect(await scene.deliver({ ...token, tenant: other.tenantId })).toEqual({ kind: "gone" });
    expect(await scene.deliver({ ...token, tenant: token.job })).toEqual({ kind: "gone" });
    expect(await scene.job(token.job)).toMatchObject({ state: "queued", attempt: 0 });
  });
});
