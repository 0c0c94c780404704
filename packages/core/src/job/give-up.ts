import {
  type Databases,
  rawStatement,
  readAdmittedJob,
  runForTenant,
  type Token,
  tokensOf,
} from "@bulkhead/db";
import { ATTEMPTS_EXHAUSTED } from "./failure.ts";
import { fenceOf } from "./outcome.ts";

/** The result of handling a dead letter. */
export type DeadLetterResult =
  /** The job has failed with the error of its last attempt; its slot went to the next job. */
  | { kind: "gave_up"; tokens: Token[] }
  /** The job is finished or unknown, or the token is stale: acknowledge it. */
  | { kind: "gone" }
  /** A worker still holds the lease, for `retrySeconds`. */
  | { kind: "leased"; retrySeconds: number };

const traceOf = rawStatement("select app.trace_of($1, $2)", ([trace]) => trace as string | null);
const giveUp = rawStatement(
  "select job, epoch from app.give_up_job($1, $2, $3, $4, $5)",
  readAdmittedJob,
);

export type DeadLetter = Token & {
  requestId: string;
  /** Called with the trace that the job belongs to, W3C's `traceparent`, if that is known. */
  onTrace?(trace: string | null): void;
};

/**
 * Ends a job whose token the queue has given up on. The tokens to send are of that token's tenant.
 *
 * @throws the DatabaseError that ended it, unless it is one of the kinds above
 */
export async function giveUpJob(
  databases: Databases,
  { tenant, job, epoch, requestId, onTrace }: DeadLetter,
): Promise<DeadLetterResult> {
  try {
    const [trace] = await runForTenant(databases, tenant, traceOf(tenant, job));
    onTrace?.(trace ?? null);
    const statement = giveUp(tenant, job, epoch, requestId, ATTEMPTS_EXHAUSTED);
    const admitted = await runForTenant(databases, tenant, statement);
    return { kind: "gave_up", tokens: tokensOf(tenant, admitted) };
  } catch (error) {
    const fence = fenceOf(error);
    if (!fence || fence.kind === "suspended") throw error;
    return fence;
  }
}
