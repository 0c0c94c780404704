import { randomUUID } from "node:crypto";
import {
  claimNextSweep,
  enqueueJob,
  perform,
  sweepJobs,
  type Task,
  taskTable,
} from "@bulkhead/core/job";
import {
  type AdmittedJob,
  type BoundStatement,
  type Connections,
  type Token,
  tokensOf,
  transact,
} from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { freshDatabase, type Person } from "../support/database.ts";
import { fakeObjects } from "./outside.ts";

// Failures are provoked by the hundred here.
logger.setLogLevel("SILENT");

export type JobScene = Awaited<ReturnType<typeof jobScene>>;

/** A database with a table that handlers of the tests write their effects to, and its roles' connections. */
export async function jobScene(tasks: Parameters<typeof taskTable> = []) {
  const database = await freshDatabase();
  await database.sql(`
    create table app.effects (job uuid not null);
    grant insert, select on app.effects to bulkhead_worker`);
  const api = { home: database.as("api") };
  const worker = { home: database.as("worker") };
  const objects = fakeObjects();
  const sweeper = { home: database.as("sweeper", { max: 3 }) };
  const deps = { databases: worker, objects, tasks: taskTable(...tasks) };

  const callerOf = ({ credential }: Person) => ({
    databases: api,
    credential,
    purpose: { permission: "project:write", action: "test.enqueue", requestId: "r" },
  });

  return {
    ...database,
    api,
    worker,
    objects,
    deps,
    sweeper,
    sweep: () => sweepJobs(sweeper, "s", 500),
    claimNextSweep: () => claimNextSweep(sweeper),
    deadLetters: { home: database.as("dead_letters", { max: 3 }) },

    /** A person whose tenant has so many slots. */
    async newTenant(limit: number): Promise<Person> {
      const person = await database.newPerson();
      await database.sql("update auth.tenants set job_limit = $2 where id = $1", [
        person.tenantId,
        limit,
      ]);
      return person;
    },

    async enqueue(person: Person, owed: BoundStatement<AdmittedJob>) {
      const { opened, results } = await transact(callerOf(person), owed);
      return tokensOf(opened.tenantId, results[0]);
    },
    /** Enqueues in a transaction that goes on with something else. */
    async enqueueThen(
      person: Person,
      owed: BoundStatement<AdmittedJob>,
      then: BoundStatement<unknown>,
    ) {
      const { opened, results } = await transact(callerOf(person), owed, then);
      return tokensOf(opened.tenantId, results[0]);
    },

    deliver: (token: Token, tries = 1) => perform(deps, { ...token, tries, requestId: "w" }),

    /** Of one job, or of all. */
    async jobs(id?: string): Promise<JobRow[]> {
      const rows = await database.sql(
        "select * from app.jobs where $1::uuid is null or id = $1 order by created_at, id",
        [id ?? null],
      );
      return rows as JobRow[];
    },
    async job(id: string): Promise<JobRow> {
      const [row] = (await database.sql("select * from app.jobs where id = $1", [id])) as JobRow[];
      if (!row) throw new Error("There is no such job.");
      return row;
    },
    effects: async (id?: string) =>
      (
        await database.sql("select job from app.effects where $1::uuid is null or job = $1", [
          id ?? null,
        ])
      ).length,
    slotsTaken: async () =>
      Number(
        (await database.sql("select count(*) from app.jobs where slot is not null"))[0]?.count,
      ),

    /** Time passes for tokens that were sent and leases that were taken. */
    async age(minutes: number) {
      await database.sql(
        `update app.jobs set sent_at = sent_at - make_interval(mins => $1),
                             lease_until = lease_until - make_interval(mins => $1)`,
        [minutes],
      );
    },
  };
}

export type JobRow = {
  id: string;
  tenant_id: string;
  state: string;
  slot: number | null;
  epoch: number;
  attempt: number;
  result: unknown;
  error: { code: string; message: string } | null;
};

/** Enqueues a job of a task and returns its id with the tokens that came of it. */
export async function start<Input>(
  scene: JobScene,
  person: Person,
  task: Task<Input>,
  input: Input,
) {
  const id = randomUUID();
  return { id, tokens: await scene.enqueue(person, enqueueJob(task, input, { id })) };
}

/** The same, for a test that knows that a slot is free. */
export async function startOne<Input>(
  scene: JobScene,
  person: Person,
  task: Task<Input>,
  input: Input,
) {
  const { tokens } = await start(scene, person, task, input);
  const [token] = tokens;
  if (!token) throw new Error("No slot was free.");
  return token;
}

/** Connections that count their round trips, or that something happens to. */
export const tapped = (connections: Connections, run: Connections["run"]): Connections => ({
  ...connections,
  run,
});
