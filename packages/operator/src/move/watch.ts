import { setTimeout as sleep } from "node:timers/promises";
import { drainTransactions } from "../database/drain.ts";
import { call, type Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import { snapshotBounds } from "../rows/changes.ts";
import type { Table } from "../rows/table.ts";
import type { Move } from "../tenant/record.ts";
import type { MoveSession } from "./session.ts";

const LOCK_NOT_AVAILABLE = "55P03";
// Five minutes: a VACUUM holds the lock too, and does not yield to so short a wait.
const TRIES = 1_200;
const DRAIN_MS = 60_000;

/**
 * Has both databases record which of the tenant's rows change, by any writer. Afterwards, every running
 * transaction's changes are recorded.
 *
 * @throws OperatorError when a table stays locked, or a transaction does not end
 */
export async function watchChanges({ source, target, tables }: MoveSession): Promise<void> {
  for (const session of [source, target]) {
    for (const table of tables) await watchTable(session, table);
  }
  // The lock has waited for writers. This waits for a snapshot that is older than the move.
  if (!(await drainTransactions(source, DRAIN_MS))) {
    throw new OperatorError(
      `A transaction in ${source.placement} does not end. End it, or move again later.`,
    );
  }
}

async function watchTable(session: Session, table: Table): Promise<void> {
  for (let tries = TRIES; ; tries--) {
    try {
      return await call(session, "watch_changes", table.name, true);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      if (tries === 0) {
        throw new OperatorError(
          `${table.name} in ${session.placement} stays locked by a transaction or a VACUUM (pg_stat_activity). Move again when it has ended.`,
        );
      }
      await sleep(Math.random() * 500);
    }
  }
}

/** Ends the recording and forgets the changes. A table that is locked now goes on being recorded, at a small cost. */
export async function unwatchChanges({ source, target, tables }: MoveSession, move: Move) {
  for (const session of [source, target]) {
    const { from } = await snapshotBounds(session);
    await call(session, "forget_changes", move.id, from);
    for (const { name } of tables) {
      await call(session, "watch_changes", name, false).catch((error) => {
        if (error.code !== LOCK_NOT_AVAILABLE) throw error;
      });
    }
  }
}
