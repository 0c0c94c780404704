import { type BoundStatement, rawStatement } from "../statement.ts";
import { type Opened, readOpened } from "./credential.ts";
import { type AdmittedJob, readAdmittedJob, type Token, tokensOf } from "./token.ts";
import { type Caller, send } from "./transact.ts";

export type Mutation = {
  /** The client's Idempotency-Key and the sha256 of its request. */
  key: string;
  hash: Buffer;
  /** Changes rows, and stores and returns the answer: made by `change`. */
  change: BoundStatement<{ answer: unknown }>;
  /** `enqueue(…)`s: the last statements of the batch, always. */
  jobs?: readonly BoundStatement<AdmittedJob>[];
  /** Where the jobs belong: W3C's `traceparent`. @default - nowhere */
  trace?: string | undefined;
};

export type Answer = {
  status: number;
  /** JSON as PostgreSQL wrote it: a replay is equal to the first answer to the letter. */
  body: string;
  replayed: boolean;
  /** Undefined for a replay, which opened nothing that outlived it. */
  opened: Opened;
  tokens: Token[];
};

const claim = rawStatement("select status, answer::text from app.claim($1, $2)", (row) => row);
const proceed = rawStatement("select app.proceed()", (row) => row);

/** Leaves a job in this transaction. */
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
 * A complete mutation in one round trip: context, claim, rows, answer, audit, jobs. A retry with the
 * same key gets the stored answer; a twin that runs at the same time waits for it.
 *
 * @throws the DatabaseError that ended it, like `transact`; BH404 when the change found no row, BH422
 * when the key was used for another request. Nothing is kept then, the key is free again.
 */
export async function mutate(caller: Caller, mutation: Mutation): Promise<Answer> {
  const jobs = mutation.jobs ?? [];
  const before = mutation.trace && jobs.length > 0 ? [continueTrace(mutation.trace)] : [];
  const outcome = await send(caller, [
    claim(mutation.key, mutation.hash),
    proceed(),
    mutation.change,
    ...before,
    ...jobs,
  ]);
  const [, context, claimed, , changed, ...rest] = outcome.rows;
  const owed = rest.slice(before.length);

  if (outcome.failure) {
    const [stored] = claimed ?? [];
    if ((outcome.failure as { code?: string }).code !== "BH208" || !stored) throw outcome.failure;
    const [status, body] = stored as [number, string];
    return { status, body, replayed: true, opened: readOpened(context), tokens: [] };
  }

  const [row] = changed ?? [];
  const [status, body] = row as [number, string];
  const opened = readOpened(context);
  const admitted = jobs.flatMap((job, index) => job.read(owed[index] ?? []));
  return { status, body, replayed: false, opened, tokens: tokensOf(opened.tenantId, admitted) };
}
