import { defineJob, enqueueJob, perform, sweepJobs, taskTable } from "@bulkhead/core/job";
import { type Token, tokensOf, transact } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { z } from "zod";
import { fakeObjects } from "../jobs/outside.ts";
import { callerOf } from "../support/caller.ts";
import type { Person } from "../support/database.ts";
import { DEDICATED, freshPair, type Pair } from "../support/dedicated.ts";

logger.setLogLevel("SILENT");
const task = defineJob({
  name: "test.done",
  input: z.strictObject({}),
  run: async () => ({ result: { ok: true } }),
});

/** A pair, a tenant in its dedicated database with two slots, and the functions that work for it. */
export async function scene() {
  const pair = await freshPair();
  const ada = await pair.newResident("ada");
  await pair.home.sql("update auth.tenants set job_limit = 2");
  const api = pair.databases("api");
  const worker = pair.databases("worker");
  const sweeper = pair.databases("sweeper");
  const deps = { databases: worker, objects: fakeObjects(), tasks: taskTable(task) };

  return {
    pair,
    ada,
    worker,
    sweeper,
    deadLetters: pair.databases("dead_letters"),
    async enqueue(person: Person = ada) {
      const caller = { ...callerOf(api.home, person), databases: api };
      const { opened, results } = await transact(caller, enqueueJob(task, {}));
      return tokensOf(opened.tenantId, results[0]);
    },
    deliver: (token: Token) => perform(deps, { ...token, tries: 1, requestId: "w" }),
    sweep: () => sweepJobs(sweeper, "s", 500, DEDICATED),
    jobs: () =>
      pair.dedicated.sql("select state, slot, result, error from app.jobs order by created_at, id"),
    tenantStatus: async () => (await pair.dedicated.sql("select * from auth.tenants"))[0],
  };
}

export const first = (tokens: Token[]): Token => {
  const [token] = tokens;
  if (!token) throw new Error("No slot was free.");
  return token;
};

export const suspend = (pair: Pair, status = "suspended") =>
  pair.home.sql("update auth.tenants set status = $1", [status]);
