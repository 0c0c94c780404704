export { admitAfter } from "./admit.ts";
export { type Backoff, backoffSeconds } from "./backoff.ts";
export {
  defineJob,
  type Effect,
  type JobDefinition,
  type Task,
  type Tools,
} from "./define.ts";
export type { Delivery, WorkerDeps } from "./delivery.ts";
export { armSweep, sendTokens } from "./dispatch.ts";
export { type EnqueueOptions, enqueueJob } from "./enqueue.ts";
export { PermanentFailure, type ShownFailure } from "./failure.ts";
export { findJob } from "./find.ts";
export { type DeadLetterResult, giveUpJob } from "./give-up.ts";
export { listJobs } from "./list.ts";
export type { Outcome } from "./outcome.ts";
export { perform } from "./perform.ts";
export { Job, JobState } from "./shape.ts";
export { claimNextSweep, confirmNextSweep, forgetExpired, sweepJobs } from "./sweep.ts";
export { type Tasks, taskTable } from "./tasks.ts";
export { parseToken } from "./token.ts";
