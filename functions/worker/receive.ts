import {
  backoffSeconds,
  type Delivery,
  type Outcome,
  parseToken,
  perform,
  sendTokens,
} from "@bulkhead/core/job";
import type { Token } from "@bulkhead/db";
import {
  adopt,
  annotate,
  logger,
  parseTraceparent,
  setIdentity,
  type WorkOptions,
} from "@bulkhead/telemetry";
import type { SQSRecord } from "aws-lambda";
import type { Clock, Deps } from "./deps.ts";

// With less than this an attempt could only time out: the record is left to the next invocation.
const LEAST_MILLISECONDS = 5_000;
// What an attempt that is cut short needs to record its failure.
const RECORDING_MILLISECONDS = 2_000;

/** Thrown for Powertools, which reports the record as failed; the queue delivers it again. */
class RetryLater extends Error {
  override name = "RetryLater";
}

/** A record as a piece of work, which belongs to its sender's trace until its job's row names the job's own. */
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
 * One record. Returns when its message may be deleted. `onIdle` is called with a job that ended and found no job
 * for its slot.
 *
 * @throws RetryLater when the message is to be delivered again, and has been hidden until then
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
  if (remaining < LEAST_MILLISECONDS) return retryLater(deps, record, 1);
  // The redrive policy moves it to the dead letters, where it is counted.
  if (!token) return retryLater(deps, record, backoffSeconds(tries));

  const requestId = context.awsRequestId;
  const stopsAt = Date.now() + remaining - RECORDING_MILLISECONDS;
  const outcome = await perform(deps, { ...token, tries, requestId, stopsAt, onLease });
  logOutcome(outcome);

  if ("retrySeconds" in outcome) return retryLater(deps, record, outcome.retrySeconds);
  if (!("tokens" in outcome)) return;
  if (outcome.tokens.length === 0) onIdle(token);
  await sendTokens(deps.queue, outcome.tokens, logger);
}

function onLease({ task, attempt, trace }: Parameters<NonNullable<Delivery["onLease"]>>[0]) {
  adopt(trace);
  annotate({ "job.task": task, "job.attempt": attempt }, `process ${task}`);
}

function tokenOf({ body, messageId }: SQSRecord): Token | undefined {
  try {
    return parseToken(body);
  } catch (error) {
    logger.error("job token invalid", { error, messageId });
    return undefined;
  }
}

/** The whole error of a handler is in this line and nowhere else. */
function logOutcome({ kind, ...rest }: Outcome): void {
  annotate({ "job.outcome": kind });
  const { task, error, retrySeconds } = rest as { [field: string]: unknown };
  if (kind === "retry") logger.error("job attempt failed", { task, retrySeconds, error });
  else if (kind === "failed") logger.warn("job failed", { task, error });
  else logger.info(`job ${kind}`, { task });
}

async function retryLater({ hide }: Deps, record: SQSRecord, seconds: number): Promise<never> {
  try {
    await hide(record.receiptHandle, seconds);
  } catch (error) {
    // The queue's own visibility timeout delivers it again instead.
    logger.warn("message not hidden", { error, messageId: record.messageId });
  }
  throw new RetryLater(`Delivered again in ${seconds} s.`);
}
