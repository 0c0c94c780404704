import {
  type BoundStatement,
  type Builder,
  type PreparedQuery,
  rawStatement,
  statement,
} from "../statement.ts";
import { type Opened, readOpened } from "./credential.ts";
import { type AdmittedJob, readAdmittedJob, type Token, tokensOf } from "./token.ts";
import { type Caller, runTransaction } from "./transact.ts";

export type Mutation = {
  /** The client's Idempotency-Key and the sha256 of its request. */
  key: string;
  hash: Buffer;
  /** Changes rows, and stores and returns the answer: made by `change`. */
  change: BoundStatement<{ answer: unknown }>;
  /** `enqueue(…)`s: the last statements of the batch, always. */
  jobs?: readonly BoundStatement<AdmittedJob>[];
  /** The trace that the jobs belong to: W3C's `traceparent`. @default - none */
  trace?: string | undefined;
};

export type Answer = {
  status: number;
  /** JSON as PostgreSQL wrote it: a replay is byte for byte the first answer. */
  body: string;
  replayed: boolean;
  opened: Opened;
  tokens: Token[];
};

const claim = rawStatement("select status, answer::text from app.claim($1, $2)", (row) => row);
const proceed = rawStatement("select app.proceed()", (row) => row);

/** Enqueues a job in this transaction. */
export const enqueue = rawStatement(
  "select job, epoch from app.enqueue($1, $2, $3, coalesce($4, now()), coalesce($5::smallint, 0::smallint))",
  readAdmittedJob,
);

/** The jobs that are enqueued after it in its transaction belong to the trace that `traceparent` names. */
export const continueTrace = rawStatement(
  "select set_config('app.trace', $1, true)",
  () => undefined,
);

/**
 * The statement that changes rows in a mutation. What it returns in the column `answer` (JSON) is
 * stored under the caller's key and sent as the body, with `status`. No row means there was nothing to
 * change: the mutation ends with BH404.
 */
export function change(
  status: 200 | 201 | 202 | 204,
  build: (db: Builder) => PreparedQuery,
): (values?: Record<string, unknown>) => BoundStatement<{ answer: unknown }> {
  return statement(
    build,
    (text) =>
      `with change (answer) as (${text}) select ${status}::smallint, app.finish(${status}::smallint, (select answer from change))::text`,
  ) as (values?: Record<string, unknown>) => BoundStatement<{ answer: unknown }>;
}

/**
 * A complete mutation in one round trip: context, claim, rows, answer, audit, jobs. A retry with the
 * same key gets the stored answer; a twin that runs at the same time waits for it.
 *
 * @throws the DatabaseError that ended it, like `transact`; BH404 when the change found no row, BH422
 * when the key was used for another request. Nothing is kept then, the key is free again.
 */
export async function mutate(caller: Caller, mutation: Mutation): Promise<Answer> {
  const jobs = mutation.jobs ?? [];
  const before = mutation.trace && jobs.length > 0 ? [continueTrace(mutation.trace)] : [];
  const { rows, failure } = await runTransaction(caller, [
    claim(mutation.key, mutation.hash),
    proceed(),
    mutation.change,
    ...before,
    ...jobs,
  ]);
  const [, context, claimed, , changed, ...rest] = rows;

  if (failure) {
    const [stored] = claimed ?? [];
    if ((failure as { code?: string }).code !== "BH208" || !stored) throw failure;
    const [status, body] = stored as [number, string];
    return { status, body, replayed: true, opened: readOpened(context), tokens: [] };
  }

  const [row] = changed ?? [];
  const [status, body] = row as [number, string];
  const opened = readOpened(context);
  const enqueued = rest.slice(before.length);
  const admitted = jobs.flatMap((job, index) => job.read(enqueued[index] ?? []));
  return { status, body, replayed: false, opened, tokens: tokensOf(opened.tenantId, admitted) };
}
