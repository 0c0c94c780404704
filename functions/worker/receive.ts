import { backoffSeconds, type Outcome, parseToken, perform } from "@bulkhead/core/job";
import type { Token } from "@bulkhead/db";
import {
  adopt,
  annotate,
  logger,
  parseTraceparent,
  setIdentity,
  type WorkOptions,
} from "@bulkhead/telemetry";
import type { Context, SQSRecord } from "aws-lambda";
import { sendTokens } from "./send.ts";
import type { Deps } from "./worker.ts";

type Clock = Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">;

// With less than this an attempt could only time out: the record is left to the next invocation.
const LEAST_MILLISECONDS = 5_000;
// What an attempt that is cut short needs to say so.
const NOTING_MILLISECONDS = 2_000;

/** Thrown for Powertools, which reports the record as failed; the queue delivers it again. */
class Again extends Error {
  override name = "Again";
}

/** A record as a piece of work, which belongs to its sender's trace until its job's row says better. */
export const deliveryOf = (record: SQSRecord, requestId: string): WorkOptions => ({
  name: "process",
  kind: "consumer",
  scope: "unreadable",
  requestId,
  parent: parseTraceparent(record.messageAttributes?.traceparent?.stringValue),
  attributes: {
    "messaging.system": "aws_sqs",
    "messaging.operation.type": "process",
    "messaging.message.id": record.messageId,
  },
});

/**
 * One record. Returns when its message may be deleted; a job that ended and found no job for its slot
 * is told to `onIdle`.
 *
 * @throws Again when the message is to come back, and has been hidden until then
 */
export async function receive(
  deps: Deps,
  record: SQSRecord,
  context: Clock,
  onIdle: (ended: Token) => void,
): Promise<void> {
  const tries = Number(record.attributes.ApproximateReceiveCount);
  const token = tokenOf(record);
  if (token) setIdentity({ tenantId: token.tenant, jobId: token.job });

  const remaining = context.getRemainingTimeInMillis();
  if (remaining < LEAST_MILLISECONDS) return comeBack(deps, record, 1);
  // The redrive policy moves it to the dead letters, where it is counted.
  if (!token) return comeBack(deps, record, backoffSeconds(tries));

  const requestId = context.awsRequestId;
  const stopsAt = Date.now() + remaining - NOTING_MILLISECONDS;
  const outcome = await perform(deps, { ...token, tries, requestId, stopsAt, onLease });
  tell(outcome);

  if ("retrySeconds" in outcome) return comeBack(deps, record, outcome.retrySeconds);
  if (!("tokens" in outcome)) return;
  if (outcome.tokens.length === 0) onIdle(token);
  await sendTokens(deps.queue, outcome.tokens);
}

function onLease({
  task,
  attempt,
  trace,
}: {
  task: string;
  attempt: number;
  trace: string | null;
}) {
  adopt(trace);
  annotate({ "job.task": task, "job.attempt": attempt }, `process ${task}`);
}

function tokenOf({ body, messageId }: SQSRecord): Token | undefined {
  try {
    return parseToken(body);
  } catch (error) {
    logger.error("a message is no token", { error, messageId });
    return undefined;
  }
}

/** An error of the handler's is logged whole here, and shown nowhere else. */
function tell({ kind, ...rest }: Outcome): void {
  annotate({ "job.outcome": kind });
  const { task, error, retrySeconds } = rest as { [field: string]: unknown };
  if (kind === "retry") logger.error("job attempt failed", { task, retrySeconds, error });
  else if (kind === "failed") logger.warn("job failed for good", { task, error });
  else logger.info(`job ${kind}`, { task });
}

async function comeBack({ hide }: Deps, record: SQSRecord, seconds: number): Promise<never> {
  try {
    await hide(record.receiptHandle, seconds);
  } catch (error) {
    // The queue's own visibility timeout brings it back instead.
    logger.warn("a message was not hidden", { error, messageId: record.messageId });
  }
  throw new Again(`again in ${seconds} s`);
}
