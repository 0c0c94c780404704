import {
  type AdmittedJob,
  type BoundStatement,
  type Caller,
  continueTrace,
  rawStatement,
  readAdmittedJob,
  type Token,
  tokensOf,
  transact,
} from "@bulkhead/db";
import { type Effect, LEASE_SECONDS } from "./define.ts";
import type { Delivery, WorkerDeps } from "./delivery.ts";
import type { ShownFailure } from "./failure.ts";
import type { Tasks } from "./tasks.ts";

/** A job that only this worker performs until `endsAt`, and the ways to end that. One round trip each. */
export type Lease = {
  /** The tenant that the database has opened for this job. What leaves the process for it takes it from here. */
  tenant: string;
  task: string;
  input: unknown;
  /** The trace that the job belongs to: W3C's `traceparent`, if it was enqueued in one. */
  trace: string | null;
  /** Counts the leases of this job, from 1. */
  attempt: number;
  /** Milliseconds since the epoch, by this process's clock, and no later than the database's. */
  endsAt: number;
  /** Runs statements in the job's tenant, while no other worker has taken the lease. */
  read(signal: AbortSignal, statements: readonly BoundStatement<unknown>[]): Promise<unknown[][]>;
  /** Writes the effect, ends the job and frees its slot, in one transaction. Returns the next job's token. */
  complete(effect: Effect): Promise<Token[]>;
  /** Gives the lease back and keeps the slot. */
  failAttempt(reason: ShownFailure, retrySeconds: number): Promise<void>;
  /** Ends the job without its effect, and frees its slot. */
  failJob(reason: ShownFailure): Promise<Token[]>;
};

// The task, and so the length of its lease, is known when the row is read. Both happen in one round trip, so
// the leases of all tasks travel.
const start = rawStatement(
  `select j.task, j.input::text, j.trace,
          app.start_job(coalesce(($2::jsonb ->> j.task)::integer, $3::integer))
     from app.jobs j where j.id = $1::uuid`,
  ([task, input, trace, attempt]) => ({
    task: task as string,
    input: JSON.parse(input as string) as unknown,
    trace: trace as string | null,
    attempt: attempt as number,
  }),
);
const complete = rawStatement("select job, epoch from app.complete_job($1)", readAdmittedJob);
const failAttempt = rawStatement("select app.fail_attempt($1, $2)", () => undefined);
const endFailed = rawStatement("select job, epoch from app.fail_job($1)", readAdmittedJob);

/**
 * Opens the job and takes its lease.
 *
 * @throws the DatabaseError that `fenceOf` reads, or another
 */
export async function takeLease(deps: WorkerDeps, delivery: Delivery): Promise<Lease> {
  const begunAt = Date.now();
  const leases = leasesOf(deps.tasks);
  const { opened, results } = await transact(
    callerOf(deps, delivery, null),
    start(delivery.job, leases, LEASE_SECONDS),
  );
  const [started] = results[0];
  if (!started) throw new Error(`Job ${delivery.job} was opened and its row not found.`);

  const caller = callerOf(deps, delivery, started.attempt);
  const tenant = opened.tenantId;
  return {
    ...started,
    tenant,
    endsAt: begunAt + (leases[started.task] ?? LEASE_SECONDS) * 1000,
    async read(signal, statements) {
      const { results } = await transact({ ...caller, signal }, ...statements);
      return results;
    },
    async complete({ result, statements = [] }) {
      const { trace } = started;
      // A job that enqueues another one passes its own trace on.
      const before = trace && statements.length > 0 ? [continueTrace(trace)] : [];
      const end = complete(JSON.stringify(result));
      const { results } = await transact(caller, ...before, ...statements, end);
      return tokensOf(tenant, results.at(-1) as AdmittedJob[]);
    },
    async failAttempt(reason, retrySeconds) {
      await transact(caller, failAttempt(reason, retrySeconds));
    },
    async failJob(reason) {
      const { results } = await transact(caller, endFailed(reason));
      return tokensOf(tenant, results[0]);
    },
  };
}

function callerOf(
  { databases }: WorkerDeps,
  { tenant, job, epoch, requestId }: Delivery,
  attempt: number | null,
): Caller {
  return {
    databases,
    credential: { kind: "job", tenant, job, epoch, attempt },
    // A job needs no permission, and its action is its task: the database knows both.
    purpose: { permission: "", action: "", requestId },
  };
}

const leasesOf = (tasks: Tasks): Record<string, number> =>
  Object.fromEntries([...tasks].map(([name, { leaseSeconds }]) => [name, leaseSeconds]));
