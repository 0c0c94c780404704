import type { BoundStatement, transact } from "@bulkhead/db";
import type { z } from "zod";
import type { ExportWriter } from "../object/index.ts";
import { BACKOFF, type Backoff } from "./backoff.ts";

/**
 * What a job may touch. The handler runs outside of any transaction: nothing is held while it works. Each
 * tool is bound to the opened tenant, and a new one has to be: see `object/exports.ts`.
 */
export type Tools = {
  /**
   * Runs statements in the job's tenant: one transaction, one round trip. It fails as soon as another
   * worker has taken the job over.
   */
  read<const S extends readonly BoundStatement<unknown>[]>(
    ...statements: S
  ): Promise<Awaited<ReturnType<typeof transact<S>>>["results"]>;
  /** Where the job leaves files: below `exports/<tenant>/`, whatever the handler calls them. */
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

/** What a handler leaves behind, written in the transaction that ends the job: both happen, or neither. */
export type Effect = {
  /** JSON that the tenant reads in the job. */
  result: Record<string, unknown>;
  /** @default - none: the effect lies outside of the database */
  statements?: readonly BoundStatement<unknown>[];
};

/** A kind of job: what the rows of `app.jobs` call their task. */
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
   * worker's timeout, or the timeout is what ends a slow attempt, with nothing noted. @default 25
   */
  leaseSeconds?: number;
  /** How long a failed attempt waits for the next. How many there are is the queue's to say. */
  backoff?: Partial<Backoff>;
  run(input: Input, tools: Tools): Promise<Effect>;
};

export const LEASE_SECONDS = 25;

/** @throws Error at start-up for a name that the database would refuse */
export function defineJob<Input>(definition: JobDefinition<Input>): Task<Input> {
  const { name, leaseSeconds = LEASE_SECONDS, backoff } = definition;
  if (!/^[a-z_]+\.[a-z_]+$/.test(name))
    throw new Error(`"${name}" is no name for a job: noun.verb`);
  if (leaseSeconds < 1) throw new Error(`${name}: a lease lasts at least a second`);
  return { ...definition, leaseSeconds, backoff: { ...BACKOFF, ...backoff } };
}
