import { CopyMismatch } from "../errors.ts";
import { combine, type Digest, digestRows, EMPTY, equalDigests } from "./digest.ts";
import { keysOf } from "./keys.ts";
import type { Sides } from "./sides.ts";
import type { Key } from "./sql.ts";
import type { Table } from "./table.ts";

/** By table: the digest of all of the source's rows. */
export type Checksums = Record<string, Digest>;

/**
 * Compares every column of every row, table by table. Where the target holds rows of its own, only the
 * source's are compared.
 *
 * @throws CopyMismatch naming the table
 */
export async function verifyAll(sides: Sides, tables: readonly Table[]): Promise<Checksums> {
  const checksums: Checksums = {};
  for (const table of tables) checksums[table.name] = await verifyTable(sides, table);
  return checksums;
}

export const rowsIn = (checksums: Checksums) =>
  Object.values(checksums).reduce((sum, { rows }) => sum + rows, 0);

async function verifyTable(sides: Sides, table: Table): Promise<Digest> {
  if (!table.merges) return verifyRows(sides, table);
  let digest = EMPTY;
  for await (const { keys } of keysOf(sides.source, sides.tenant, table, { buckets: "all" })) {
    digest = combine(digest, await verifyRows(sides, table, keys));
  }
  return digest;
}

/**
 * Compares every column of the rows with the given keys, or of all.
 *
 * @throws CopyMismatch naming the table
 */
export async function verifyRows(
  { source, target, tenant }: Sides,
  table: Table,
  keys?: readonly Key[],
): Promise<Digest> {
  const [ofSource, ofTarget] = await Promise.all([
    digestRows(source, tenant, table, keys),
    digestRows(target, tenant, table, keys),
  ]);
  if (equalDigests(ofSource, ofTarget)) return ofSource;
  throw new CopyMismatch(
    `The copy of ${table.name} differs from its source (${ofSource.rows} rows in the source, ${ofTarget.rows} in the copy).`,
  );
}
