import { inSnapshot } from "../place/session.ts";
import { catchUp, type Marks } from "../rows/catch-up.ts";
import { momentOf } from "../rows/changes.ts";
import { keysOf } from "../rows/keys.ts";
import { synchronise } from "../rows/synchronise.ts";
import { type Checksums, verifyAll } from "../rows/verify.ts";
import { deleteRows } from "../rows/write.ts";
import type { Course } from "./course.ts";
import { call, type Move } from "./record.ts";

/** How a copy was found equal, and from where on it may not be any more. */
export type Round = { checksums: Checksums; marks: Marks };

/**
 * One round over everything, from one moment of the source, while the tenant works. All rows are compared.
 *
 * What a first round that was killed has copied is from its own moment, so the next one copies again
 * whatever was written since that: `copied_from` is noted before anything is copied, and moves on only
 * when a round is whole.
 */
export async function copyRound(course: Course, move: Move): Promise<Round> {
  const { home, source, target, tables } = course;
  const note = async (horizon: string) => {
    await call(home, "note_copy", move.id, horizon);
    move.copied_from = horizon;
  };

  if (!move.copied_from) await clear(course);
  const here = await momentOf(target);
  return inSnapshot(source, async () => {
    const { from } = await momentOf(source);
    if (!move.copied_from) await note(from);
    await synchronise(course, tables, move.copied_from ?? from);
    const checksums = await verifyAll(course, tables);
    await note(from);
    return { checksums, marks: { source: from, target: here.from } };
  });
}

/** One round over what has changed since the last one, which forgets what was noted before that. */
export async function catchUpRound(course: Course, move: Move, marks: Marks): Promise<Marks> {
  const { home, source, target, tables } = course;
  await call(source, "forget_changes", move.id, marks.source);
  await call(target, "forget_changes", move.id, marks.target);
  const next = await inSnapshot(source, () => catchUp(course, tables, move.id, marks));
  await call(home, "note_copy", move.id, next.source);
  move.copied_from = next.source;
  return next;
}

/** Removes what the target holds of the tenant: it does not live there, so it is left over. */
export async function clear({ target, tenant, tables, signal }: Course): Promise<void> {
  for (const table of tables.toReversed()) {
    if (table.merges) continue;
    for await (const { keys } of keysOf(target, tenant, table, { buckets: "all" })) {
      await deleteRows(target, tenant, table, keys);
      signal?.throwIfAborted();
    }
  }
}
