import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { JobQueue } from "@bulkhead/aws";
import { admitAfter, type Workplace } from "@bulkhead/core/job";
import type { Token } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { receive } from "./receive.ts";
import { sendTokens } from "./send.ts";

export type Deps = Workplace & {
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
  return async (event: SQSEvent, context: Clock): Promise<SQSBatchResponse> => {
    await armSweep(deps.queue);
    const idle = new Map<string, Token>();

    const work = (record: SQSRecord) =>
      receive(deps, record, context, (ended) => idle.set(ended.tenant, ended));
    const response = await processPartialResponse(event, work, new BatchProcessor(EventType.SQS), {
      // A batch of which every record failed is no failure of the function.
      throwOnFullBatchFailure: false,
    });

    await Promise.all([...idle.values()].map((ended) => lookAgain(deps, ended)));
    return response;
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

/** Fills the slot that this batch left idle, if somebody came for it in the meantime. */
async function lookAgain({ databases, queue }: Deps, ended: Token): Promise<void> {
  try {
    await sendTokens(queue, await admitAfter(databases, ended));
  } catch (error) {
    logger.warn("an idle slot waits for the sweep", { error, tenantId: ended.tenant });
  }
}
