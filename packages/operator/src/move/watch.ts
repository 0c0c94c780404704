import { drainTransactions } from "../database/drain.ts";
import { call } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import { snapshotBounds } from "../rows/changes.ts";
import type { Move } from "../tenant/record.ts";
import type { MoveSession } from "./session.ts";

const DRAIN_MS = 60_000;

/**
 * Waits for the transactions that were open in the source when the move was recorded: their changes are not
 * recorded, those of every later one are. In the target no context of the tenant's writes what is copied.
 *
 * @throws OperatorError when a transaction does not end
 */
export async function watchChanges({ source }: MoveSession): Promise<void> {
  if (!(await drainTransactions(source, DRAIN_MS))) {
    throw new OperatorError(
      `A transaction in ${source.placement} does not end. End it, or move again later.`,
    );
  }
}

/** Forgets the recorded changes, when the move is no longer copying. */
export async function unwatchChanges({ source, target }: MoveSession, move: Move) {
  for (const session of [source, target]) {
    const { from } = await snapshotBounds(session);
    await call(session, "forget_changes", move.id, from);
  }
}
