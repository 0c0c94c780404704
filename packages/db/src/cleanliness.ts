import type { BatchResult } from "./protocol/batch.ts";
import { TIMEOUTS } from "./settings.ts";

// Errors of the caller's request or of a competing one, which leave the connection clean: our own refusals, a tenant that is being moved, bad values, constraints, conflicts of
// transactions.
const HARMLESS = /^(BH[234]|BH503|22|23|40)/;

const codeOf = ({ failure }: BatchResult) => (failure as { code?: string } | undefined)?.code ?? "";

/** Whether the next tenant may have this connection. */
export function isClean(outcome: BatchResult): boolean {
  if (outcome.status !== "I") return false;
  return !outcome.failure || HARMLESS.test(codeOf(outcome));
}

/**
 * Whether a batch failed for what an earlier request had left on its connection. Nothing of it was done, so it
 * may run on another connection.
 *
 * The opening refuses what it can see. It can't see timeouts, which an earlier request may have set for the session
 * and which end it before RESET ALL takes effect: while it is idle, or in a transaction sooner than the driver's own
 * timeout would.
 */
export function isTainted(outcome: BatchResult, milliseconds: number): boolean {
  switch (codeOf(outcome)) {
    case "BH500":
      return outcome.failure?.message === "connection.tainted";
    case "57P05": // idle_session_timeout
      return true;
    case "25P04": // transaction_timeout
      return milliseconds < TIMEOUTS.transaction_timeout;
    default:
      return false;
  }
}
