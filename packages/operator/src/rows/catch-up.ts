import type { Session } from "../place/session.ts";
import { type Changes, changesSince, either, momentOf } from "./changes.ts";
import { batchesOf, missingFrom } from "./keys.ts";
import type { Key } from "./sql.ts";
import type { Sides } from "./synchronise.ts";
import { isReferredTo, type Table } from "./table.ts";
import { verifyRows } from "./verify.ts";
import { deleteRows, readRows, replaceRows } from "./write.ts";

/** From which transaction on the rows of either side are not known to be equal. */
export type Marks = { source: string; target: string };

/**
 * Brings over what has changed since the marks, and compares every row that has changed on either side.
 * Takes its time for the changes and not for the tenant: the checksum of a table is the sum of its rows',
 * two tables whose sums were equal have equal ones again when what changed in them sums up equally.
 *
 * Runs in a snapshot of the source, and must be the only one that writes the target: what somebody else
 * has changed there is found and not mended.
 *
 * @returns the marks for the next time
 * @throws Difference naming the table
 */
export async function catchUp(
  sides: Sides,
  tables: readonly Table[],
  move: string,
  marks: Marks,
): Promise<Marks> {
  const { source, target } = sides;
  const { from } = await momentOf(source);
  const changed = await changesSince(source, move, tables, marks.source);
  const noted = () => changesSince(target, move, tables, marks.target);

  await target.query("select set_config('app.copying', 'changes', false)");
  try {
    await removeChanged(sides, tables, changed);
    for (const table of tables) {
      // What went with a parent's replaced row is missing by now.
      const touched = table.refersTo.length > 0 ? ((await noted()).get(table) ?? []) : [];
      const lost = await missingAmong(target, sides.tenant, table, touched);
      await bring(sides, table, either(changed.get(table) ?? [], lost));
    }
  } finally {
    await target.query("select set_config('app.copying', 'in bulk', false)");
  }

  const { from: here } = await momentOf(target);
  const touched = await noted();
  for (const table of tables) {
    const keys = either(changed.get(table) ?? [], touched.get(table) ?? []);
    for (const batch of batchesOf(keys)) {
      // Where the target holds rows of its own, the source's are looked at.
      const ours = table.merges ? await present(sides, table, batch) : batch;
      if (ours.length > 0) await verifyRows(sides, table, ours);
    }
  }
  return { source: from, target: here };
}

/**
 * Children first. What nobody refers to goes in any case and comes again, all of it before any of it: a
 * unique value may have passed from one row to another, which another batch brings.
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

async function bring(sides: Sides, table: Table, keys: readonly Key[]): Promise<void> {
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
    const places = await missingFrom(session, tenant, table, batch);
    missing.push(...batch.filter((_, place) => places.has(place)));
  }
  return missing;
}

async function present({ source, tenant }: Sides, table: Table, keys: readonly Key[]) {
  const missing = await missingFrom(source, tenant, table, keys);
  return keys.filter((_, place) => !missing.has(place));
}
