import type { BoundStatement, transact } from "@bulkhead/db";
import type { z } from "zod";
import type { ExportWriter } from "../object/index.ts";
import { BACKOFF, type Backoff } from "./backoff.ts";

/**
 * What a handler is given. It runs outside of any transaction, and holds no connection while it works. Each tool
 * is bound to the opened tenant, and a new one must be: see `object/exports.ts`.
 */
export type Tools = {
  /**
   * Runs statements in the job's tenant: one transaction, one round trip. It fails as soon as another
   * worker has taken the job over.
   */
  read<const S extends readonly BoundStatement<unknown>[]>(
    ...statements: S
  ): Promise<Awaited<ReturnType<typeof transact<S>>>["results"]>;
  /** Writes files below `exports/<tenant>/`, whatever name the handler gives. */
  objects: ExportWriter;
  /**
   * `tenant:job:epoch`, the same for every attempt and for no job of another tenant. Handed to an outside
   * service, it makes the second of two overlapping attempts a replay.
   */
  idempotencyKey: string;
  /** The tenant is the opened one. */
  job: { tenant: string; id: string };
  /** Aborts before the lease ends. From then on the handler is not waited for, and its effect is not written. */
  signal: AbortSignal;
};

/** What a handler returns, written in the transaction that ends the job: both are committed, or neither. */
export type Effect = {
  /** JSON that the tenant reads in the job. */
  result: Record<string, unknown>;
  /** @default - none: the effect lies outside of the database */
  statements?: readonly BoundStatement<unknown>[];
};

/** A kind of job, by the name in the column `task` of `app.jobs`. */
export type Task<Input = unknown> = {
  name: string;
  input: z.ZodType<Input>;
  leaseSeconds: number;
  backoff: Backoff;
  run(input: Input, tools: Tools): Promise<Effect>;
};

export type JobDefinition<Input> = {
  /** `noun.verb`. Rows in the database hold it: renaming a job orphans those that wait. */
  name: string;
  input: z.ZodType<Input>;
  /**
   * How long no other worker may try. The handler is aborted at nine tenths of it. Shorter than the
   * worker's timeout, which otherwise ends a slow attempt with no error recorded. @default 25
   */
  leaseSeconds?: number;
  /** How long a failed attempt waits for the next. The queue's redrive policy says how many there are. */
  backoff?: Partial<Backoff>;
  run(input: Input, tools: Tools): Promise<Effect>;
};

export const LEASE_SECONDS = 25;

/** @throws Error at start-up for a name that the database would refuse */
export function defineJob<Input>(definition: JobDefinition<Input>): Task<Input> {
  const { name, leaseSeconds = LEASE_SECONDS, backoff } = definition;
  if (!/^[a-z_]+\.[a-z_]+$/.test(name))
    throw new Error(`Invalid job name "${name}": expected noun.verb.`);
  if (leaseSeconds < 1)
    throw new Error(`Invalid leaseSeconds ${leaseSeconds} of ${name}: expected 1 or more.`);
  return { ...definition, leaseSeconds, backoff: { ...BACKOFF, ...backoff } };
}
