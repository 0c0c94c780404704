import { setTimeout as sleep } from "node:timers/promises";
import { defineJob, perform, taskTable } from "@bulkhead/core/job";
import { rawStatement } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { jobScene, startOne } from "./support.ts";
import { gated, nothing, plain } from "./tasks.ts";

describe("a lease", () => {
  const endless = (onAbort: () => void) =>
    defineJob({
      name: "test.endless",
      input: nothing,
      leaseSeconds: 2,
      run: (_, { signal }) => new Promise<never>(() => signal.addEventListener("abort", onAbort)),
    });

  it("aborts its handler before it ends, and leaves one behind that does not listen", async () => {
    const aborted: number[] = [];
    const task = endless(() => aborted.push(Date.now()));
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});

    const begun = Date.now();
    expect(await scene.deliver(token)).toMatchObject({ kind: "retry" });
    expect(aborted).toHaveLength(1);
    expect(Number(aborted[0]) - begun).toBeLessThan(2000);
    expect(await scene.job(token.job)).toMatchObject({
      state: "queued",
      error: { code: "job.timed_out" },
    });
  });

  it("is given up early when the process stops before", async () => {
    const task = endless(() => {});
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});
    const begun = Date.now();
    const delivery = { ...token, tries: 1, requestId: "w", stopsAt: begun + 50 };
    expect(await perform(scene.deps, delivery)).toMatchObject({ kind: "retry" });
    expect(Date.now() - begun).toBeLessThan(1500);
  });

  it("that ran out can be taken over, and then its first worker writes nothing", async () => {
    const { task, atWork, letGo } = gated();
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});
    const slow = scene.deliver(token);
    await atWork(1);

    await scene.age(5);
    const second = perform(
      { ...scene.deps, tasks: taskTable(defineJob({ ...plain, name: "test.gated" })) },
      { ...token, tries: 2, requestId: "w" },
    );
    expect(await second).toMatchObject({ kind: "done" });
    letGo();
    expect(await slow).toEqual({ kind: "gone" });
    expect(await scene.effects()).toBe(1);
  });

  it("that was taken over fences its first worker while the second is at work", async () => {
    const { task, atWork, letGo } = gated();
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});
    const slow = scene.deliver(token);
    await atWork(1);
    await scene.age(5);

    const other = gated();
    const deps = { ...scene.deps, tasks: taskTable(other.task) };
    const second = perform(deps, { ...token, tries: 2, requestId: "w" });
    await other.atWork(1);
    letGo();
    expect(await slow).toMatchObject({ kind: "leased" });
    expect(await scene.effects()).toBe(0);
    other.letGo();
    expect(await second).toMatchObject({ kind: "done" });
    expect(await scene.effects()).toBe(1);
    expect(await scene.job(token.job)).toMatchObject({ attempt: 2, slot: null });
  });

  it("that ran out, but that no worker took over, is still valid", async () => {
    const { task, atWork, letGo } = gated();
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});
    const slow = scene.deliver(token);
    await atWork(1);
    await scene.age(5);
    letGo();
    expect(await slow).toMatchObject({ kind: "done" });
    expect(await scene.effects()).toBe(1);
  });

  it("stops its handler's reads when it has been taken over", async () => {
    const failures: unknown[] = [];
    const gate = gated();
    const task = defineJob({
      name: "test.gated",
      input: nothing,
      async run(input, tools) {
        const effect = await gate.task.run(input, tools);
        await tools
          .read(rawStatement("select 1", () => 1)())
          .catch((error) => failures.push(error));
        return effect;
      },
    });
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});
    const slow = scene.deliver(token);
    await gate.atWork(1);
    await scene.age(5);
    const deps = { ...scene.deps, tasks: taskTable(gated().task) };
    const second = perform(
      { ...deps },
      { ...token, tries: 2, requestId: "w", stopsAt: Date.now() + 200 },
    );
    await sleep(50);
    gate.letGo();
    await slow;
    expect(failures).toMatchObject([{ message: "job.leased" }]);
    await second;
  });

  it("gives the same idempotency key, of its tenant and its own, to every attempt", async () => {
    const keys: string[] = [];
    const task = defineJob({
      name: "test.keyed",
      input: nothing,
      async run(_, { idempotencyKey }) {
        keys.push(idempotencyKey);
        throw new Error("after the outside effect");
      },
    });
    const scene = await jobScene([task]);
    const token = await startOne(scene, await scene.newTenant(1), task, {});
    await scene.deliver(token);
    await scene.age(10);
    const [resent] = await scene.sweep();
    await scene.deliver(resent ?? token);
    const key = `${token.tenant}:${token.job}:1`;
    expect(keys).toEqual([key, key]);
  });
});
