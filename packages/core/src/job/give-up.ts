import {
  type Databases,
  rawStatement,
  readAdmittedJob,
  runForTenant,
  type Token,
  tokensOf,
} from "@bulkhead/db";
import { NEVER_FINISHED } from "./failure.ts";
import { fenceOf } from "./outcome.ts";

/** What became of a dead letter. */
export type DeadLetterResult =
  /** The job has failed, for the reason that its last attempt left; its slot went to the next ones. */
  | { kind: "gave_up"; tokens: Token[] }
  /** Finished after all, unknown, or a stale token: acknowledge it. */
  | { kind: "gone" }
  /** A worker still holds it, for so long. */
  | { kind: "leased"; retrySeconds: number };

const traceOf = rawStatement("select app.trace_of($1, $2)", ([trace]) => trace as string | null);
const giveUp = rawStatement(
  "select job, epoch from app.give_up_job($1, $2, $3, $4, $5)",
  readAdmittedJob,
);

export type Letter = Token & {
  requestId: string;
  /** Hears where the job belongs, W3C's `traceparent`, if that is known. */
  onTrace?(trace: string | null): void;
};

/**
 * Ends a job whose token the queue has given up on. The tokens to send are of that token's tenant.
 *
 * @throws the DatabaseError that ended it, unless it is one of the kinds above
 */
export async function giveUpJob(
  databases: Databases,
  { tenant, job, epoch, requestId, onTrace }: Letter,
): Promise<DeadLetterResult> {
  try {
    const [trace] = await runForTenant(databases, tenant, traceOf(tenant, job));
    onTrace?.(trace ?? null);
    const statement = giveUp(tenant, job, epoch, requestId, NEVER_FINISHED);
    const admitted = await runForTenant(databases, tenant, statement);
    return { kind: "gave_up", tokens: tokensOf(tenant, admitted) };
  } catch (error) {
    const fence = fenceOf(error);
    if (!fence || fence.kind === "suspended") throw error;
    return fence;
  }
}
