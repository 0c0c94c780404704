import { setTimeout as sleep } from "node:timers/promises";
import type { BatchResult } from "../protocol/batch.ts";

// serialization_failure and deadlock_detected: PostgreSQL asks for exactly this transaction again.
const AGAIN = new Set(["40001", "40P01"]);
const ATTEMPTS = 5;

/**
 * Runs a transaction again when it lost against a competing one, up to five times, after a short and
 * growing wait of random length. Nothing else is tried twice, but for a tainted connection, which the pool replaces.
 */
export async function retried(run: () => Promise<BatchResult>): Promise<BatchResult> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await run();
    const code = (outcome.failure as { code?: string } | undefined)?.code ?? "";
    if (!AGAIN.has(code) || attempt === ATTEMPTS) return outcome;
    await sleep(Math.random() * 5 * 2 ** attempt);
  }
}
