import type { Token } from "@bulkhead/db";

/** The queue of job tokens and the queue of sweeps. */
export type JobQueue = {
  /** Sends every token it can. @throws an error that names the tokens that were not sent */
  send(tokens: readonly Token[]): Promise<void>;
  /**
   * Makes sure that a sweep comes no later than `delaySeconds` (1 to 900) from now, with one message
   * per process and five minutes. Await it *before* the write it protects.
   */
  armSweep(delaySeconds: number): Promise<void>;
  /** Schedules a sweep in `delaySeconds` (0 to 900), whatever is scheduled already. */
  scheduleSweep(delaySeconds: number): Promise<void>;
};
