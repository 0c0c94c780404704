import { call, inSnapshot } from "../database/session.ts";
import { catchUp, type Marks } from "../rows/catch-up.ts";
import { snapshotBounds } from "../rows/changes.ts";
import { keysOf } from "../rows/keys.ts";
import { deleteRows } from "../rows/rows.ts";
import { synchronise } from "../rows/synchronise.ts";
import { type Checksums, verifyAll } from "../rows/verify.ts";
import type { Move } from "../tenant/record.ts";
import type { MoveSession } from "./session.ts";

/** The checksums of two equal copies, and the marks from which on they may differ. */
export type Round = { checksums: Checksums; marks: Marks };

/**
 * One round over all rows, from one snapshot of the source, while the tenant works. All rows are compared.
 *
 * A killed first round has copied rows of its own snapshot, so the next one copies again what was written
 * since that one: `copied_from` is recorded before the first row is copied, and advances only when a round
 * is complete.
 */
export async function copyRound(session: MoveSession, move: Move): Promise<Round> {
  const { home, source, target, tables } = session;
  const recordMark = async (mark: string) => {
    await call(home, "note_copy", move.id, mark);
    move.copied_from = mark;
  };

  if (!move.copied_from) await clearTarget(session);
  const targetBounds = await snapshotBounds(target);
  return inSnapshot(source, async () => {
    const { from } = await snapshotBounds(source);
    if (!move.copied_from) await recordMark(from);
    await synchronise(session, tables, move.copied_from ?? from);
    const checksums = await verifyAll(session, tables);
    await recordMark(from);
    return { checksums, marks: { source: from, target: targetBounds.from } };
  });
}

/** One round over the changes since the last one. Forgets the recorded changes before the marks. */
export async function catchUpRound(session: MoveSession, move: Move, marks: Marks): Promise<Marks> {
  const { home, source, target, tables } = session;
  await call(source, "forget_changes", move.id, marks.source);
  await call(target, "forget_changes", move.id, marks.target);
  const next = await inSnapshot(source, () => catchUp(session, tables, move.id, marks));
  await call(home, "note_copy", move.id, next.source);
  move.copied_from = next.source;
  return next;
}

/** Deletes the tenant's rows from the target, where it does not live. */
export async function clearTarget({ target, tenant, tables, signal }: MoveSession): Promise<void> {
  for (const table of tables.toReversed()) {
    if (table.merges) continue;
    for await (const { keys } of keysOf(target, tenant, table, { buckets: "all" })) {
      await deleteRows(target, tenant, table, keys);
      signal?.throwIfAborted();
    }
  }
}
