import type { Token } from "@bulkhead/db";
import { Refusal } from "../error/index.ts";
import type { JobQueue, Log } from "../ports/index.ts";

// A sweep treats a token as lost five minutes after it was sent: a minute later it finds all of them.
const SWEEP_AFTER_SECONDS = 360;

/**
 * Arms a sweep before a write that enqueues jobs, so that a process which dies between commit and send
 * leaves a sweep to send their tokens.
 *
 * @throws Refusal `queue.unavailable`: nothing has been written yet
 */
export async function armSweep(queue: Pick<JobQueue, "armSweep">): Promise<void> {
  await queue.armSweep(SWEEP_AFTER_SECONDS).catch((cause: unknown) => {
    const detail =
      "Nothing was changed: the job queue cannot be reached. Try again in a few seconds.";
    throw new Refusal("unavailable", "queue.unavailable", detail, { cause, retryAfterSeconds: 5 });
  });
}

/** Sends tokens after their rows are committed. Never rejects: the sweep sends what could not be sent. */
export async function sendTokens(
  queue: Pick<JobQueue, "send">,
  tokens: readonly Token[],
  log: Log,
): Promise<void> {
  if (tokens.length === 0) return;
  await queue.send(tokens).catch((error: unknown) => log.warn("job tokens not sent", { error }));
}
