import type { Session } from "../place/session.ts";
import { differing, digestKeys } from "./digest.ts";
import { keysOf, missingFrom, type Wanted } from "./keys.ts";
import type { Key } from "./sql.ts";
import type { Table } from "./table.ts";
import { deleteRows, readRows, replaceRows } from "./write.ts";

export type Sides = { source: Session; target: Session; tenant: string };

/** What a hurried round wrote at the target: the keys, by table. */
export type Written = Map<Table, Key[]>;

export type Round = {
  /** Rows that this transaction or a later one has written are copied again. */
  since: string;
  /** Nothing is new but what was written since: an earlier round has gone over everything. */
  hurried: boolean;
};

/**
 * Makes the target hold what the source's snapshot holds. What is only at the target goes, what is only
 * at the source comes, and so does what was written since. Safe to repeat from any point.
 *
 * `tables` come parents first.
 */
export async function synchronise(
  sides: Sides,
  tables: readonly Table[],
  round: Round,
): Promise<Written> {
  const buckets = new Map<Table, Wanted["buckets"]>();
  for (const table of tables.toReversed()) {
    const wanted = await bucketsOf(sides, table, round);
    buckets.set(table, wanted);
    if (!table.merges) await removeExtras(sides, table, wanted);
  }
  const written: Written = new Map();
  for (const table of tables) {
    // What went with a parent's replaced row is missing by now.
    const again = table.refersTo.length > 0;
    const wanted = again ? await bucketsOf(sides, table, round) : (buckets.get(table) ?? []);
    const keys: Key[] = [];
    await bringOver(sides, table, { buckets: wanted, since: round.since }, (batch) => {
      // Kept for being verified. Of a whole tenant that would be too many, and all is verified then.
      if (round.hurried) keys.push(...batch);
    });
    written.set(table, keys);
  }
  return written;
}

async function bucketsOf(
  { source, target, tenant }: Sides,
  table: Table,
  { hurried }: Round,
): Promise<Wanted["buckets"]> {
  // The target holds rows of its own there: that the keys differ says nothing.
  if (table.merges) return hurried ? [] : "all";
  const [there, here] = await Promise.all([
    digestKeys(source, tenant, table),
    digestKeys(target, tenant, table),
  ]);
  return differing(there, here);
}

async function removeExtras(
  { source, target, tenant }: Sides,
  table: Table,
  buckets: Wanted["buckets"],
): Promise<void> {
  if (buckets.length === 0) return;
  for await (const { keys } of keysOf(target, tenant, table, { buckets })) {
    const extra = await missingFrom(source, tenant, table, keys);
    if (extra.size === 0) continue;
    await deleteRows(
      target,
      tenant,
      table,
      keys.filter((_, index) => extra.has(index)),
    );
  }
}

async function bringOver(
  { source, target, tenant }: Sides,
  table: Table,
  wanted: Wanted,
  wrote: (keys: Key[]) => void,
): Promise<void> {
  for await (const { keys, changed } of keysOf(source, tenant, table, wanted)) {
    const missing = await missingFrom(target, tenant, table, keys);
    const due = keys.filter((_, index) => changed[index] || missing.has(index));
    if (due.length === 0) continue;
    await replaceRows(target, tenant, table, due, await readRows(source, tenant, table, due));
    wrote(due);
  }
}
