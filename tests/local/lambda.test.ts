import { expect, it } from "vitest";
import { startFleet } from "./support/fleet.ts";

const outlives = (pid: number | undefined) => {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
};

it("returns the handler's result, and gives it Lambda's context", async () => {
  const fleet = await startFleet();
  const echo = fleet.add(`
    export const handler = async (event, context) => ({
      event,
      name: context.functionName,
      remaining: context.getRemainingTimeInMillis(),
      trace: process.env._X_AMZN_TRACE_ID,
      requestId: context.awsRequestId,
      arguments: process.argv.length,
    });`);
  const outcome = await echo.invoke({ hello: "world" }, { traceId: "Root=1-a;Parent=b;Sampled=0" });
  if (!outcome.ok) throw new Error(outcome.errorMessage);
  const answer = JSON.parse(outcome.payload);
  expect(answer).toMatchObject({
    event: { hello: "world" },
    name: echo.definition.name,
    trace: "Root=1-a;Parent=b;Sampled=0",
    arguments: 2,
  });
  expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.remaining).toBeGreaterThan(4_000);
  expect(answer.remaining).toBeLessThanOrEqual(5_000);
});

it("reuses environments, and runs one invocation at a time in each", async () => {
  const fleet = await startFleet({ busyWaitMilliseconds: 10 });
  const slow = fleet.add(`
    let running = 0, calls = 0;
    export const handler = async () => {
      calls++;
      const alone = ++running === 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
      running--;
      return { alone, calls, pid: process.pid };
    };`);
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => slow.invoke({})));
  const answers = outcomes.map((outcome) => JSON.parse(outcome.ok ? outcome.payload : "{}"));
  expect(answers.every(({ alone }) => alone)).toBe(true);
  const processes = new Set(answers.map(({ pid }) => pid));
  expect(processes.size).toBeGreaterThan(1);
  expect(processes.size).toBeLessThanOrEqual(3);
});

it("starts no second environment while a busy one is free soon enough", async () => {
  const pause = `export const handler = ({ ms }) => new Promise((r) => setTimeout(r, ms, "done"));`;
  const startsFor = async (busyWaitMilliseconds: number, ms: number) => {
    const fleet = await startFleet({ busyWaitMilliseconds });
    const function_ = fleet.add(pause);
    await Promise.all([1, 2, 3].map(() => function_.invoke({ ms })));
    return function_.stats().coldStarts;
  };
  expect(await startsFor(60_000, 1)).toBe(1);
  expect(await startsFor(10, 400)).toBeGreaterThan(1);
});

it("kills an invocation at its timeout, reports it as Lambda does, and recovers", async () => {
  const fleet = await startFleet();
  const forgetful = fleet.add(
    `export const handler = async ({ hang }) => hang ? new Promise(() => setInterval(() => {}, 1000)) : "fine";`,
    { timeoutSeconds: 1 },
  );
  const outcome = await forgetful.invoke({ hang: true });
  expect(outcome).toMatchObject({
    ok: false,
    kind: "timeout",
    errorMessage: expect.stringMatching(
      /^RequestId: .* Error: Task timed out after 1\.00 seconds$/,
    ),
  });
  await expect.poll(() => outlives(fleet.pids[0])).toBe(false);
  expect(await forgetful.invoke({})).toEqual({ ok: true, payload: '"fine"' });
});

it("kills a handler in an endless loop", async () => {
  const fleet = await startFleet();
  const spinning = fleet.add(`export const handler = async () => { while (true); };`, {
    timeoutSeconds: 1,
  });
  expect(await spinning.invoke({})).toMatchObject({ ok: false, kind: "timeout" });
});

it("reports what a handler throws, and keeps its environment", async () => {
  const fleet = await startFleet();
  const failing = fleet.add(
    `export const handler = async () => { throw new TypeError("no such thing " + process.pid); };`,
  );
  const first = await failing.invoke({});
  expect(first).toMatchObject({ ok: false, kind: "function", errorType: "TypeError" });
  expect(await failing.invoke({})).toEqual(first);
  expect(fleet.logs.join("\n")).toContain("TypeError: no such thing");
});

it("reports a crash and recovers", async () => {
  const fleet = await startFleet();
  const fragile = fleet.add(
    `export const handler = async ({ die }) => { if (die) process.exit(7); return "alive"; };`,
  );
  expect(await fragile.invoke({ die: true })).toMatchObject({
    ok: false,
    kind: "crash",
    errorType: "Runtime.ExitError",
    errorMessage: expect.stringContaining("exit status 7"),
  });
  expect(await fragile.invoke({})).toEqual({ ok: true, payload: '"alive"' });
});

it("fails the invocation on an unhandled rejection", async () => {
  const fleet = await startFleet();
  const careless = fleet.add(
    `export const handler = async () => { Promise.reject(new Error("forgotten")); await new Promise((r) => setTimeout(r, 1000)); };`,
  );
  expect(await careless.invoke({})).toMatchObject({
    ok: false,
    errorMessage: "Error: forgotten",
  });
});

it("reports why a bundle does not load", async () => {
  const fleet = await startFleet();
  const broken = fleet.add(`throw new RangeError("no configuration");`);
  expect(await broken.invoke({})).toMatchObject({
    ok: false,
    kind: "init",
    errorType: "RangeError",
    errorMessage: "no configuration",
  });
  const nameless = fleet.add(`export const other = 1;`);
  expect(await nameless.invoke({})).toMatchObject({
    kind: "init",
    errorType: "Runtime.HandlerNotFound",
  });
});

it("throttles what exceeds the reserved concurrency", async () => {
  const fleet = await startFleet();
  const single = fleet.add(
    `export const handler = async () => { await new Promise((r) => setTimeout(r, 100)); return 1; };`,
    { reservedConcurrency: 1 },
  );
  const outcomes = await Promise.all([single.invoke({}), single.invoke({})]);
  expect(outcomes.map((outcome) => (outcome.ok ? "ran" : outcome.kind))).toEqual([
    "ran",
    "throttled",
  ]);
});

it("limits a function to the memory of its template", async () => {
  const fleet = await startFleet();
  const hungry = (memoryMegabytes: number) =>
    fleet.add(
      `export const handler = async () => {
        const held = Array.from({ length: 100 }, () => new Array(1 << 17).fill(0.5)); // 100 MB
        return held.length;
      };`,
      { memoryMegabytes, timeoutSeconds: 20 },
    );
  expect(await hungry(64).invoke({})).toMatchObject({ ok: false, kind: "crash" });
  expect(await hungry(512).invoke({})).toMatchObject({ ok: true });
});

it("ends idle environments", async () => {
  const fleet = await startFleet({ idleSeconds: 0.2 });
  const idle = fleet.add(`export const handler = async () => process.pid;`);
  await idle.invoke({});
  await expect.poll(() => idle.stats().environments, { timeout: 25_000 }).toBe(0);
  expect(await idle.invoke({})).toMatchObject({ ok: true });
});

it("lets a running invocation finish before it ends the processes", async () => {
  const fleet = await startFleet();
  const slow = fleet.add(
    `export const handler = async () => { await new Promise((r) => setTimeout(r, 200)); return "done"; };`,
  );
  await slow.invoke({});
  const running = slow.invoke({});
  await fleet.stop(2_000);
  expect(await running).toEqual({ ok: true, payload: '"done"' });
  expect(fleet.pids.filter(outlives)).toEqual([]);
});
