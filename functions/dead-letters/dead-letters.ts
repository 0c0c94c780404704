import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { giveUpJob, parseToken } from "@bulkhead/core/job";
import type { JobQueue } from "@bulkhead/core/ports";
import type { Databases, Token } from "@bulkhead/db";
import {
  adopt,
  inWork,
  logger,
  parseTraceparent,
  setIdentity,
  type WorkOptions,
} from "@bulkhead/telemetry";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";

/** Reports what an alarm must be raised for. */
export type Notifier = {
  gaveUp(token: Token): void;
  unreadable(body: string, error: unknown): void;
};

export type Deps = { databases: Databases; queue: Pick<JobQueue, "send">; notifier: Notifier };

/**
 * The dead-letter queue's consumer: the job of each dead letter fails with the error of its last attempt, its
 * slot goes to the next job, and the notifier is called. An alarm on the queue's depth would stay silent,
 * because this consumer drains it.
 */
export function createDeadLetters(deps: Deps) {
  return (event: SQSEvent, context: Pick<Context, "awsRequestId">): Promise<SQSBatchResponse> => {
    const requestId = context.awsRequestId;
    const handle = (record: SQSRecord) =>
      inWork(workOf(record, requestId), async () => {
        try {
          await handleDeadLetter(deps, record.body, requestId);
        } catch (error) {
          logger.error("dead letter failed", { error, messageId: record.messageId });
          throw error;
        }
      });
    const all = {
      name: "receive dead letters",
      kind: "consumer",
      scope: "delivery",
      requestId,
    } as const;
    return inWork(all, () =>
      processPartialResponse(event, handle, new BatchProcessor(EventType.SQS), {
        throwOnFullBatchFailure: false,
      }),
    );
  };
}

const workOf = (record: SQSRecord, requestId: string): WorkOptions => ({
  name: "give up",
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

/** @throws an error that keeps the dead letter in its queue for another visibility timeout */
async function handleDeadLetter(
  { databases, queue, notifier }: Deps,
  body: string,
  requestId: string,
): Promise<void> {
  const token = readToken(body, notifier);
  if (!token) return;
  setIdentity({ tenantId: token.tenant, jobId: token.job });

  const result = await giveUpJob(databases, { ...token, requestId, onTrace: adopt });
  if (result.kind === "gone") return;
  if (result.kind === "leased") {
    throw new Error(`A worker holds the lease of this job for ${result.retrySeconds} s more.`);
  }
  notifier.gaveUp(token);
  await queue.send(result.tokens);
}

/** A body that is no token cannot be retried: it is reported and dropped. */
function readToken(body: string, notifier: Notifier): Token | undefined {
  try {
    return parseToken(body);
  } catch (error) {
    notifier.unreadable(body, error);
    return undefined;
  }
}
