import { inSnapshot } from "../place/session.ts";
import { keysOf } from "../rows/keys.ts";
import { synchronise } from "../rows/synchronise.ts";
import { verifyAll } from "../rows/verify.ts";
import { deleteRows } from "../rows/write.ts";
import type { Course } from "./course.ts";
import { call, type Move } from "./record.ts";

/**
 * One round over everything, from one moment of the source: while the tenant works, and as often as it
 * takes. Returns how many rows were there, all of them compared.
 *
 * What a first round that was killed has copied is from its own moment, so the next one copies again
 * whatever was written since that: `copied_from` is noted before anything is copied, and moves on only
 * when a round is whole.
 */
export async function copyRound(course: Course, move: Move): Promise<number> {
  const { home, source, tables } = course;
  const note = async (horizon: string) => {
    await call(home, "note_copy", move.id, horizon);
    move.copied_from = horizon;
  };

  if (!move.copied_from) await clear(course);
  return inSnapshot(source, async () => {
    const horizon = await oldestRunning(course);
    if (!move.copied_from) await note(horizon);
    await synchronise(course, tables, { since: move.copied_from ?? horizon, hurried: false });
    const rows = await verifyAll(course, tables);
    await note(horizon);
    return rows;
  });
}

/** Removes what the target holds of the tenant: it does not live there, so it is left over. */
export async function clear({ target, tenant, tables }: Course): Promise<void> {
  for (const table of tables.toReversed()) {
    if (table.merges) continue;
    for await (const { keys } of keysOf(target, tenant, table, { buckets: "all" })) {
      await deleteRows(target, tenant, table, keys);
    }
  }
}

/** Whoever writes from now on, and whoever was writing already, has this transaction number or a later one. */
async function oldestRunning({ source }: Course): Promise<string> {
  const [row] = await source.texts("select pg_snapshot_xmin(pg_current_snapshot())");
  return row?.[0] as string;
}
