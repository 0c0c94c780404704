import type { WorkerDeps } from "@bulkhead/core/job";
import type { JobQueue } from "@bulkhead/core/ports";
import type { Context } from "aws-lambda";

export type Deps = WorkerDeps & {
  queue: JobQueue;
  /** Hides a message that was received, from now on for `seconds`. */
  hide(receiptHandle: string, seconds: number): Promise<void>;
};

/** What the worker needs of an invocation. */
export type Clock = Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">;
