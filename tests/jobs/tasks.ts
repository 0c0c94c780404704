import { setTimeout as sleep } from "node:timers/promises";
import { defineJob, type Effect } from "@bulkhead/core/job";
import { rawStatement } from "@bulkhead/db";
import { z } from "zod";

const writeEffect = rawStatement("insert into app.effects (job) values ($1)", () => undefined);

/** What a handler of the tests returns: one row of the table of effects. */
export const effectOf = (job: string): Effect => ({
  result: { ok: true },
  statements: [writeEffect(job)],
});

export const nothing = z.strictObject({});

/** A task with an effect and nothing else. */
export const plain = defineJob({
  name: "test.plain",
  input: nothing,
  run: async (_, { job }) => effectOf(job.id),
});

/** A task that always fails. */
export const failing = defineJob({
  name: "test.failing",
  input: nothing,
  run: async () => {
    throw new Error("no luck");
  },
});

/** A task whose handlers wait until they are let go, one after the other. */
export function gated(leaseSeconds = 25) {
  const waiting: (() => void)[] = [];
  const task = defineJob({
    name: "test.gated",
    input: nothing,
    leaseSeconds,
    async run(_, { job }) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return effectOf(job.id);
    },
  });
  const atWork = async (count: number) => {
    while (waiting.length < count) await sleep(2);
  };
  const letGo = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { task, atWork, letGo };
}
