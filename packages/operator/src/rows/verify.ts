import { Fault } from "../fault.ts";
import { differing, digestKeys, digestRows, same } from "./digest.ts";
import { keysOf } from "./keys.ts";
import type { Sides, Written } from "./synchronise.ts";
import type { Table } from "./table.ts";

/**
 * Compares every column of every row, table by table. Where the target holds rows of its own, it is
 * asked for the source's only.
 *
 * @returns how many rows the source holds
 * @throws Fault naming the table that differs
 */
export async function verifyAll(sides: Sides, tables: readonly Table[]): Promise<number> {
  let rows = 0;
  for (const table of tables) rows += await verifyTable(sides, table);
  return rows;
}

async function verifyTable(sides: Sides, table: Table): Promise<number> {
  const { source, target, tenant } = sides;
  if (table.merges) {
    let rows = 0;
    for await (const { keys } of keysOf(source, tenant, table, { buckets: "all" })) {
      await verifyKeys(sides, table, keys);
      rows += keys.length;
    }
    return rows;
  }
  const [there, here] = await Promise.all([
    digestRows(source, tenant, table),
    digestRows(target, tenant, table),
  ]);
  if (!same(there, here)) throw differs(table, there.rows, here.rows);
  return there.rows;
}

/**
 * Compares what a round wrote, column by column, and all keys: after a round over everything was
 * verified, that is all that can differ.
 *
 * @throws Fault naming the table that differs
 */
export async function verifyWritten(sides: Sides, written: Written): Promise<void> {
  const { source, target, tenant } = sides;
  for (const [table, keys] of written) {
    if (keys.length > 0) await verifyKeys(sides, table, keys);
    if (table.merges) continue;
    const [there, here] = await Promise.all([
      digestKeys(source, tenant, table),
      digestKeys(target, tenant, table),
    ]);
    if (differing(there, here).length > 0) throw differs(table, count(there), count(here));
  }
}

async function verifyKeys(
  { source, target, tenant }: Sides,
  table: Table,
  keys: (string | null)[][],
) {
  const [there, here] = await Promise.all([
    digestRows(source, tenant, table, keys),
    digestRows(target, tenant, table, keys),
  ]);
  if (!same(there, here)) throw differs(table, there.rows, here.rows);
}

const count = (digests: Map<string, { rows: number }>) =>
  [...digests.values()].reduce((sum, { rows }) => sum + rows, 0);

const differs = (table: Table, there: number, here: number) =>
  new Fault(
    `The copy of ${table.name} differs from its source (${there} rows there, ${here} here). Nothing was switched. Look for what else writes the target, then abort and begin anew.`,
  );
