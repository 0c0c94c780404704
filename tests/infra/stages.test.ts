import { expect, it } from "vitest";
import { findStage, STAGE_NAMES } from "../../infra/stages.ts";

it("names the stages there are when asked for one there is not", () => {
  expect(() => findStage("production")).toThrow(
    'There is no stage "production": the stages are dev, prod.',
  );
});

it.each(STAGE_NAMES)("%s never lets SQS deliver more than the worker may run", (name) => {
  const { worker, reserved } = findStage(name).concurrency;
  expect(reserved?.worker ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(worker);
});

it.each(STAGE_NAMES)("%s writes from an address of the identity that it creates", (name) => {
  const { from, identity } = findStage(name).mail;
  expect([from, from.split("@")[1]]).toContain(identity ?? from);
});
