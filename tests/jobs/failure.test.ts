import { defineJob, PermanentFailure, perform } from "@bulkhead/core/job";
import { rawStatement } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { jobScene, startOne, tapped } from "./support.ts";
import { effectOf, nothing, plain } from "./tasks.ts";

describe("an attempt that fails", () => {
  const faulty = (...failures: unknown[]) =>
    defineJob({
      name: "test.faulty",
      input: nothing,
      async run(_, { job }) {
        const failure = failures.shift();
        if (failure) throw failure;
        return effectOf(job.id);
      },
    });

  it("keeps its slot and is tried again: three times, then it succeeds", async () => {
    const task = faulty(new Error("one"), new Error("two"), new Error("three"));
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});

    const waits: number[] = [];
    for (let tries = 1; tries <= 3; tries++) {
      const outcome = await scene.deliver(token, tries);
      expect(outcome).toMatchObject({ kind: "retry", error: { message: expect.any(String) } });
      if (outcome.kind === "retry") waits.push(outcome.retrySeconds);
      expect(await scene.job(token.job)).toMatchObject({ state: "queued", slot: 1 });
    }
    // Base 5 s, doubled each time, of which up to a half is taken away.
    for (const [n, seconds] of waits.entries()) {
      expect(seconds).toBeGreaterThanOrEqual(2.5 * 2 ** n);
      expect(seconds).toBeLessThanOrEqual(5 * 2 ** n);
    }
    expect(await scene.deliver(token, 4)).toMatchObject({ kind: "done" });
    expect(await scene.job(token.job)).toMatchObject({
      state: "succeeded",
      attempt: 4,
      error: null,
    });
    expect(await scene.effects()).toBe(1);
  });

  it("tells its tenant nothing of what was not meant for them", async () => {
    const secret = new Error("password=hunter2 at 10.0.0.7");
    const task = faulty(secret);
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});

    expect(await scene.deliver(token)).toMatchObject({ error: secret });
    const { error } = await scene.job(token.job);
    expect(error?.code).toBe("internal");
    expect(JSON.stringify(error)).not.toMatch(/hunter2|10\.0\.0\.7/);
  });

  it("writes nothing when its own statements fail", async () => {
    const task = defineJob({
      name: "test.divides",
      input: nothing,
      run: async (_, { job }) => ({
        ...effectOf(job.id),
        statements: [
          ...(effectOf(job.id).statements ?? []),
          rawStatement("select 1 / 0", () => 0)(),
        ],
      }),
    });
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});

    expect(await scene.deliver(token)).toMatchObject({ kind: "retry", error: { code: "22012" } });
    expect(await scene.effects()).toBe(0);
    expect(await scene.job(token.job)).toMatchObject({ state: "queued", slot: 1 });
  });

  it("for good ends at once, with its reason, and hands its slot on", async () => {
    const task = faulty(new PermanentFailure("thing.missing", "The thing is gone."));
    const scene = await jobScene([task]);
    const tenant = await scene.newTenant(1);
    const token = await startOne(scene, tenant, task, {});
    await startOne(scene, tenant, task, {}).catch(() => "it waits");

    const outcome = await scene.deliver(token);
    expect(outcome).toMatchObject({ kind: "failed", tokens: [{ epoch: 1 }] });
    expect(await scene.job(token.job)).toMatchObject({
      state: "failed",
      slot: null,
      error: { code: "thing.missing", message: "The thing is gone." },
    });
  });

  it("is one of a task that this worker does not know yet, or of input that it can't read", async () => {
    const numbered = defineJob({
      name: "test.plain",
      input: z.strictObject({ n: z.int() }),
      run: async (_, { job }) => effectOf(job.id),
    });
    const scene = await jobScene([numbered]);
    const tenant = await scene.newTenant(2);
    const unreadable = await startOne(scene, tenant, plain, {});
    const unknown = await startOne(scene, tenant, faulty(), {});

    expect(await scene.deliver(unreadable)).toMatchObject({ kind: "retry" });
    expect(await scene.deliver(unknown)).toMatchObject({
      kind: "retry",
      error: { message: "This worker knows no task called test.faulty." },
    });
    expect(await scene.slotsTaken()).toBe(2);
  });

  it("is one that could not reach the database", async () => {
    const scene = await jobScene([plain]);
    const token = await startOne(scene, await scene.newTenant(1), plain, {});
    const home = tapped(scene.worker.home, async () => ({ rows: [], failure: new Error("down") }));

    const deps = { ...scene.deps, databases: { home } };
    const outcome = await perform(deps, { ...token, tries: 3, requestId: "w" });
    expect(outcome).toMatchObject({ kind: "retry", error: { message: "down" } });
  });
});
