import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { admitAfter, armSweep, sendTokens } from "@bulkhead/core/job";
import type { Token } from "@bulkhead/db";
import {
  currentTraceparent,
  inWork,
  logger,
  parseTraceparent,
  setIdentity,
} from "@bulkhead/telemetry";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Clock, Deps } from "./deps.ts";
import { deliveryOf, receive } from "./receive.ts";

/**
 * The queue's consumer. The records of a batch run side by side, so that none waits for a slow one of
 * another tenant, and each ends for itself: acknowledged, or hidden until its next attempt.
 */
export function createWorker(deps: Deps) {
  return (event: SQSEvent, context: Clock): Promise<SQSBatchResponse> => {
    const requestId = context.awsRequestId;
    const all = { name: "receive jobs", kind: "consumer", scope: "delivery", requestId } as const;
    return inWork(all, async () => {
      // The sweeps go on by themselves while a job waits: a batch does not need this one.
      await armSweep(deps.queue).catch((error: unknown) =>
        logger.warn("sweep not armed", { error }),
      );
      const idle = new Map<string, Token>();

      const work = (record: SQSRecord) =>
        inWork(deliveryOf(record, requestId), () =>
          receive(deps, record, context, (ended) => idle.set(ended.tenant, ended)),
        );
      const processor = new BatchProcessor(EventType.SQS);
      const response = await processPartialResponse(event, work, processor, {
        // A batch of which every record failed is no failure of the function.
        throwOnFullBatchFailure: false,
      });

      await Promise.all([...idle.values()].map((ended) => admitNext(deps, ended, requestId)));
      return response;
    });
  };
}

/** Fills the slot that this batch left idle, if a job was enqueued for it in the meantime. */
function admitNext({ databases, queue }: Deps, ended: Token, requestId: string): Promise<void> {
  const parent = parseTraceparent(currentTraceparent());
  const work = {
    name: "admit jobs",
    kind: "internal",
    scope: "delivery",
    requestId,
    parent,
  } as const;
  return inWork(work, async () => {
    setIdentity({ tenantId: ended.tenant });
    try {
      await sendTokens(queue, await admitAfter(databases, ended), logger);
    } catch (error) {
      // The next sweep fills the slot.
      logger.warn("idle slot not filled", { error });
    }
  });
}
