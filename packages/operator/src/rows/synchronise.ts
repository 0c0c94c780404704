import { changedBetween, differingBuckets, digestKeys } from "./digest.ts";
import { type KeyFilter, keysOf, missingFrom } from "./keys.ts";
import { deleteRows, readRows, replaceRows } from "./rows.ts";
import type { Sides } from "./sides.ts";
import type { Key } from "./sql.ts";
import { isReferredTo, type Table } from "./table.ts";

/**
 * Makes the target hold what the source's snapshot holds: deletes what only the target has, and copies what
 * only the source has and what the transaction `since` or a later one has written. It can be repeated from
 * any point and gets further each time: equal rows are not copied again, even while an old transaction
 * keeps `since` in the past.
 *
 * `tables` are in order, parents first.
 */
export async function synchronise(
  sides: Sides,
  tables: readonly Table[],
  since: string,
): Promise<void> {
  const buckets = new Map<Table, KeyFilter["buckets"]>();
  for (const table of tables.toReversed()) {
    const wanted = await bucketsOf(sides, table);
    buckets.set(table, wanted);
    if (table.merges) continue;
    await removeExtras(sides, table, wanted);
    if (!isReferredTo(table, tables)) await removeChanged(sides, table, since);
  }
  for (const table of tables) {
    // Replacing a parent's row has deleted its children by cascade.
    const wanted =
      table.refersTo.length > 0 ? await bucketsOf(sides, table) : (buckets.get(table) ?? []);
    await copyRows(sides, table, { buckets: wanted, since });
  }
}

async function bucketsOf(
  { source, target, tenant }: Sides,
  table: Table,
): Promise<KeyFilter["buckets"]> {
  // The target holds rows of its own in it, so differing keys mean nothing.
  if (table.merges) return "all";
  const [ofSource, ofTarget] = await Promise.all([
    digestKeys(source, tenant, table),
    digestKeys(target, tenant, table),
  ]);
  return differingBuckets(ofSource, ofTarget);
}

async function removeExtras(
  { source, target, tenant, signal }: Sides,
  table: Table,
  buckets: KeyFilter["buckets"],
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
 * Deletes all changed rows before any is copied again: a unique value may have passed from one row to
 * another, which is in another batch.
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

async function copyRows(
  { source, target, tenant, signal }: Sides,
  table: Table,
  wanted: KeyFilter,
): Promise<void> {
  let copied = 0;
  let analyzed = 0;
  for await (const { keys, changed } of keysOf(source, tenant, table, wanted)) {
    const missing = await missingFrom(target, tenant, table, keys);
    const kept = keys.filter((_, index) => changed[index] && !missing.has(index));
    const stale = chosen(kept, await changedBetween(source, target, tenant, table, kept));
    const due = [...chosen(keys, missing), ...stale];
    if (due.length === 0) continue;
    await replaceRows(target, tenant, table, due, await readRows(source, tenant, table, due));
    copied += due.length;
    if (copied >= GROWTH * analyzed) {
      await target.query("select app.take_statistics($1)", [table.name]);
      analyzed = copied;
    }
    signal?.throwIfAborted();
  }
}

// The growth after which statistics are taken again: without them, the planner expects an almost empty table and
// reads all of it for each batch.
const GROWTH = 4;

const chosen = (keys: readonly Key[], indexes: ReadonlySet<number>) =>
  keys.filter((_, index) => indexes.has(index));
