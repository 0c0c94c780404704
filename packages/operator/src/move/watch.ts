import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "../fault.ts";
import type { Session } from "../place/session.ts";
import { momentOf } from "../rows/changes.ts";
import type { Table } from "../rows/table.ts";
import type { Course } from "./course.ts";
import { drained } from "./drain.ts";
import { call, type Move } from "./record.ts";

const LOCK_NOT_AVAILABLE = "55P03";
// Five minutes: a VACUUM holds the lock as well, and so short a wait does not make it give way.
const TRIES = 1_200;
const DRAIN_MS = 60_000;

/**
 * Has both databases note which of the tenant's rows change, whoever changes them. Afterwards nobody is
 * writing whose changes are not noted: whoever was has ended.
 *
 * @throws Fault when a table stays locked, or a transaction does not end
 */
export async function watchChanges({ source, target, tables }: Course): Promise<void> {
  for (const session of [source, target]) {
    for (const table of tables) await switchNotes(session, table);
  }
  // The lock has waited for whoever was writing. This is for a snapshot that is older than the move.
  if (!(await drained(source, DRAIN_MS))) {
    throw new Fault(`A transaction in ${source.place} does not end. Move again when it has.`);
  }
}

async function switchNotes(session: Session, table: Table): Promise<void> {
  for (let tries = TRIES; ; tries--) {
    try {
      return await call(session, "watch_changes", table.name, true);
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
      if (tries === 0) {
        throw new Fault(
          `${table.name} in ${session.place} is locked by somebody who does not end: a transaction, or a VACUUM. Move again when they have.`,
        );
      }
      await sleep(Math.random() * 500);
    }
  }
}

/** Ends it, and forgets what was noted. What can't be locked now stays on, which costs a little and no more. */
export async function unwatchChanges({ source, target, tables }: Course, move: Move) {
  for (const session of [source, target]) {
    const { from } = await momentOf(session);
    await call(session, "forget_changes", move.id, from);
    for (const { name } of tables) {
      await call(session, "watch_changes", name, false).catch((error) => {
        if (error.code !== LOCK_NOT_AVAILABLE) throw error;
      });
    }
  }
}
