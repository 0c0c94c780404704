import { expect, it } from "vitest";
import { findStage, STAGE_NAMES } from "../../infra/stages.ts";

it("an unknown stage is an error that names the valid ones", () => {
  expect(() => findStage("production")).toThrow(
    'There is no stage "production": the stages are dev, prod.',
  );
});

it.each(STAGE_NAMES)(
  "%s reserves at least the concurrency of the worker's event source",
  (name) => {
    const { worker, reserved } = findStage(name).concurrency;
    expect(reserved?.worker ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(worker);
  },
);

it.each(STAGE_NAMES)("%s sends mail from an address of the identity that it creates", (name) => {
  const { from, identity } = findStage(name).mail;
  expect([from, from.split("@")[1]]).toContain(identity ?? from);
});
