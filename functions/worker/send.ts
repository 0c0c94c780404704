import type { JobQueue } from "@bulkhead/aws/queue";
import type { Token } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";

/** Sends tokens whose rows are committed. What can't be sent is found by the sweep, five minutes later. */
export async function sendTokens(queue: JobQueue, tokens: readonly Token[]): Promise<void> {
  if (tokens.length === 0) return;
  try {
    await queue.send(tokens);
  } catch (error) {
    logger.error("tokens wait for the sweep", { error });
  }
}
