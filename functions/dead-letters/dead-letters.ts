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

export type Deps = {
  databases: Databases;
  queue: JobQueue;
  /** Tells people. */
  bell: {
    gaveUp(token: Token): void;
    unreadable(body: string, error: unknown): void;
  };
};

/**
 * The dead-letter queue's consumer: the job of each letter fails for the reason that its last attempt
 * left, its slot is handed on, and a bell rings. The queue's depth could not ring: this drains it.
 */
export function createDeadLetters(deps: Deps) {
  return (event: SQSEvent, context: Pick<Context, "awsRequestId">): Promise<SQSBatchResponse> => {
    const requestId = context.awsRequestId;
    const bury = (record: SQSRecord) =>
      inWork(letterOf(record, requestId), async () => {
        try {
          await buryOne(deps, record.body, requestId);
        } catch (error) {
          logger.error("a dead letter comes again", { error, messageId: record.messageId });
          throw error;
        }
      });
    const all = { name: "bury jobs", kind: "consumer", scope: "delivery", requestId } as const;
    return inWork(all, () =>
      processPartialResponse(event, bury, new BatchProcessor(EventType.SQS), {
        throwOnFullBatchFailure: false,
      }),
    );
  };
}

const letterOf = (record: SQSRecord, requestId: string): WorkOptions => ({
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

/** @throws what keeps the letter in its queue for another visibility timeout */
async function buryOne({ databases, queue, bell }: Deps, body: string, requestId: string) {
  const token = read(body, bell);
  if (!token) return;
  setIdentity({ tenantId: token.tenant, jobId: token.job });

  const burial = await giveUpJob(databases, { ...token, requestId, onTrace: adopt });
  if (burial.kind === "gone") return;
  if (burial.kind === "leased") throw new Error("A worker still holds the lease of this job.");
  bell.gaveUp(token);
  await queue.send(burial.tokens);
}

/** A body that is no token can't be tried again: it is reported and dropped. */
function read(body: string, bell: Deps["bell"]): Token | undefined {
  try {
    return parseToken(body);
  } catch (error) {
    bell.unreadable(body, error);
    return undefined;
  }
}
