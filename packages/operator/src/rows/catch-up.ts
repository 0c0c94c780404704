import type { Session } from "../database/session.ts";
import { type Changes, changesSince, snapshotBounds, union } from "./changes.ts";
import { batchesOf, missingFrom } from "./keys.ts";
import { deleteRows, readRows, replaceRows } from "./rows.ts";
import type { Sides } from "./sides.ts";
import type { Key } from "./sql.ts";
import { isReferredTo, type Table } from "./table.ts";
import { verifyRows } from "./verify.ts";

/** The transaction from which on the rows of either side are not known to be equal. */
export type Marks = { source: string; target: string };

/**
 * Copies what has changed since the marks, and compares every row that has changed on either side. Its
 * duration depends on the changes and not on the tenant's size: a table's checksum is the sum of its rows'
 * hashes, so two tables whose sums were equal stay equal when their changed rows sum up equally.
 *
 * Runs in a snapshot of the source. Nothing else may write the target: such a change is found, not repaired.
 *
 * @returns the marks for the next time
 * @throws CopyMismatch naming the table
 */
export async function catchUp(
  sides: Sides,
  tables: readonly Table[],
  move: string,
  marks: Marks,
): Promise<Marks> {
  const { source, target } = sides;
  const { from } = await snapshotBounds(source);
  const changed = await changesSince(source, move, tables, marks.source);
  const writtenAtTarget = () => changesSince(target, move, tables, marks.target);

  await target.query("select set_config('app.copying', 'changes', false)");
  try {
    await removeChanged(sides, tables, changed);
    for (const table of tables) {
      // Replacing a parent's row deletes its children by cascade: they are copied again.
      const touched = table.refersTo.length > 0 ? ((await writtenAtTarget()).get(table) ?? []) : [];
      const lost = await missingAmong(target, sides.tenant, table, touched);
      await copyRows(sides, table, union(changed.get(table) ?? [], lost));
    }
  } finally {
    await target.query("select set_config('app.copying', 'in bulk', false)");
  }

  const { from: targetMark } = await snapshotBounds(target);
  const touched = await writtenAtTarget();
  for (const table of tables) {
    const keys = union(changed.get(table) ?? [], touched.get(table) ?? []);
    for (const batch of batchesOf(keys)) {
      // Where the target holds rows of its own, only the source's are compared.
      const compared = table.merges ? await present(sides, table, batch) : batch;
      if (compared.length > 0) await verifyRows(sides, table, compared);
    }
  }
  return { source: from, target: targetMark };
}

/**
 * Deletes, children first. Changed rows of a table that no other refers to are all deleted before any is
 * copied again: a unique value may have passed from one row to another, which is in another batch.
 */
async function removeChanged(
  sides: Sides,
  tables: readonly Table[],
  changed: Changes,
): Promise<void> {
  const { source, target, tenant } = sides;
  for (const table of tables.filter(({ merges }) => !merges).toReversed()) {
    const keys = changed.get(table) ?? [];
    const due = isReferredTo(table, tables)
      ? await missingAmong(source, tenant, table, keys)
      : keys;
    for (const batch of batchesOf(due)) await deleteRows(target, tenant, table, batch);
  }
}

async function copyRows(sides: Sides, table: Table, keys: readonly Key[]): Promise<void> {
  const { source, target, tenant } = sides;
  for (const batch of batchesOf(keys)) {
    const due = table.merges ? await present(sides, table, batch) : batch;
    if (due.length === 0) continue;
    await replaceRows(target, tenant, table, due, await readRows(source, tenant, table, due));
  }
}

async function missingAmong(
  session: Session,
  tenant: string,
  table: Table,
  keys: readonly Key[],
): Promise<Key[]> {
  const missing: Key[] = [];
  for (const batch of batchesOf(keys)) {
    const indexes = await missingFrom(session, tenant, table, batch);
    missing.push(...batch.filter((_, index) => indexes.has(index)));
  }
  return missing;
}

async function present({ source, tenant }: Sides, table: Table, keys: readonly Key[]) {
  const missing = await missingFrom(source, tenant, table, keys);
  return keys.filter((_, index) => !missing.has(index));
}
