import type { Session } from "../place/session.ts";
import { changedBetween, differing, digestKeys } from "./digest.ts";
import { keysOf, missingFrom, type Wanted } from "./keys.ts";
import type { Key } from "./sql.ts";
import { isReferredTo, type Table } from "./table.ts";
import { deleteRows, readRows, replaceRows } from "./write.ts";

export type Sides = {
  source: Session;
  target: Session;
  tenant: string;
  /** Aborted when there is no time left. Asked after each batch: what was written by then stays, and another try goes on from there. */
  signal?: AbortSignal | undefined;
};

/**
 * Makes the target hold what the source's snapshot holds. What is only at the target goes, what is only
 * at the source comes, and so does what the transaction `since` or a later one has written. Safe to
 * repeat from any point, and each repetition gets further: what is equal already is not copied again,
 * however long a transaction elsewhere keeps `since` in the past.
 *
 * `tables` come parents first.
 */
export async function synchronise(
  sides: Sides,
  tables: readonly Table[],
  since: string,
): Promise<void> {
  const buckets = new Map<Table, Wanted["buckets"]>();
  for (const table of tables.toReversed()) {
    const wanted = await bucketsOf(sides, table);
    buckets.set(table, wanted);
    if (table.merges) continue;
    await removeExtras(sides, table, wanted);
    if (!isReferredTo(table, tables)) await removeChanged(sides, table, since);
  }
  for (const table of tables) {
    // What went with a parent's replaced row is missing by now.
    const again = table.refersTo.length > 0;
    const wanted = again ? await bucketsOf(sides, table) : (buckets.get(table) ?? []);
    await bringOver(sides, table, { buckets: wanted, since });
  }
}

async function bucketsOf(
  { source, target, tenant }: Sides,
  table: Table,
): Promise<Wanted["buckets"]> {
  // The target holds rows of its own there: that the keys differ says nothing.
  if (table.merges) return "all";
  const [there, here] = await Promise.all([
    digestKeys(source, tenant, table),
    digestKeys(target, tenant, table),
  ]);
  return differing(there, here);
}

async function removeExtras(
  { source, target, tenant, signal }: Sides,
  table: Table,
  buckets: Wanted["buckets"],
): Promise<void> {
  if (buckets.length === 0) return;
  for await (const { keys } of keysOf(target, tenant, table, { buckets })) {
    const extra = await missingFrom(source, tenant, table, keys);
    if (extra.size === 0) continue;
    await deleteRows(target, tenant, table, chosen(keys, extra));
    signal?.throwIfAborted();
  }
}

/**
 * All of what has changed goes before any of it comes again: a unique value may have passed from one row
 * to another, which another batch brings.
 */
async function removeChanged(
  { source, target, tenant, signal }: Sides,
  table: Table,
  since: string,
): Promise<void> {
  for await (const { keys } of keysOf(source, tenant, table, { buckets: [], since })) {
    const stale = await changedBetween(source, target, tenant, table, keys);
    if (stale.size === 0) continue;
    await deleteRows(target, tenant, table, chosen(keys, stale));
    signal?.throwIfAborted();
  }
}

async function bringOver(
  { source, target, tenant, signal }: Sides,
  table: Table,
  wanted: Wanted,
): Promise<void> {
  let brought = 0;
  let known = 0;
  for await (const { keys, changed } of keysOf(source, tenant, table, wanted)) {
    const missing = await missingFrom(target, tenant, table, keys);
    const kept = keys.filter((_, place) => changed[place] && !missing.has(place));
    const stale = chosen(kept, await changedBetween(source, target, tenant, table, kept));
    const due = [...chosen(keys, missing), ...stale];
    if (due.length === 0) continue;
    await replaceRows(target, tenant, table, due, await readRows(source, tenant, table, due));
    brought += due.length;
    if (brought >= GROWTH * known) {
      await target.query("select app.take_statistics($1)", [table.name]);
      known = brought;
    }
    signal?.throwIfAborted();
  }
}

// How many times as many rows are there when statistics are taken again: a planner that has not heard of them reads
// all of them for each batch.
const GROWTH = 4;

const chosen = (keys: readonly Key[], places: ReadonlySet<number>) =>
  keys.filter((_, place) => places.has(place));
