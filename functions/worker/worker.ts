import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { JobQueue } from "@bulkhead/aws/queue";
import { admitAfter, type WorkerDeps } from "@bulkhead/core/job";
import type { Token } from "@bulkhead/db";
import {
  currentTraceparent,
  inWork,
  logger,
  parseTraceparent,
  setIdentity,
} from "@bulkhead/telemetry";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { deliveryOf, receive } from "./receive.ts";
import { sendTokens } from "./send.ts";

export type Deps = WorkerDeps & {
  queue: JobQueue;
  /** Hides a message that was received, from now on for `seconds`. */
  hide(receiptHandle: string, seconds: number): Promise<void>;
};

type Clock = Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">;

/** A sweep this much later finds what this process may leave behind when it dies. */
const SWEEP_AFTER_SECONDS = 300;

/**
 * The queue's consumer. The records of a batch run side by side, so that none waits for a slow one of
 * another tenant, and each ends for itself: acknowledged, or hidden until it is to be tried again.
 */
export function createWorker(deps: Deps) {
  return (event: SQSEvent, context: Clock): Promise<SQSBatchResponse> => {
    const requestId = context.awsRequestId;
    const all = { name: "receive jobs", kind: "consumer", scope: "delivery", requestId } as const;
    return inWork(all, async () => {
      await armSweep(deps.queue);
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

async function armSweep(queue: JobQueue): Promise<void> {
  try {
    await queue.armSweep(SWEEP_AFTER_SECONDS);
  } catch (error) {
    // The sweeps go on by themselves while anything waits: this one was to make sure.
    logger.warn("the sweep was not armed", { error });
  }
}

/** Fills the slot that this batch left idle, if a job came for it in the meantime. */
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
      await sendTokens(queue, await admitAfter(databases, ended));
    } catch (error) {
      logger.warn("an idle slot waits for the sweep", { error });
    }
  });
}
