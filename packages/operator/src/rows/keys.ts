import type { Session } from "../database/session.ts";
import {
  asText,
  bucketOf,
  type Key,
  keysRelation,
  list,
  onKey,
  transposed,
  writtenSince,
} from "./sql.ts";
import type { Table } from "./table.ts";

/** Few enough to hold in memory with their rows, many enough for the round trips not to matter. */
const BATCH = 2_000;

/** A list of keys in batches. */
export function* batchesOf(keys: readonly Key[]): Generator<Key[]> {
  for (let from = 0; from < keys.length; from += BATCH) yield keys.slice(from, from + BATCH);
}

export type KeyBatch = { keys: Key[]; changed: boolean[] };

export type KeyFilter = {
  /** Only keys in these buckets. */
  buckets: readonly string[] | "all";
  /** And those in any bucket whose rows were written by this transaction or a later one. */
  since?: string;
};

/** The tenant's keys in the order of the primary key, a batch at a time. */
export async function* keysOf(
  session: Session,
  tenant: string,
  table: Table,
  { buckets, since }: KeyFilter,
): AsyncGenerator<KeyBatch> {
  const width = table.key.length;
  const changed = since ? writtenSince("$3") : "false and $3::text is null";
  const chosen =
    buckets === "all" ? "$2::bigint[] is null" : `${bucketOf(table)} = any ($2::bigint[])`;
  const position = table.key.map(({ type }, index) => `$${index + 5}::text::${type}`).join(", ");
  for (let last: Key | undefined; ; ) {
    const after = last ? `and (${list(table.key)}) > (${position})` : "";
    const rows = await session.texts(
      `select ${asText(table.key)}, ${changed} from ${table.name} t
        where t.tenant_id = $1 and (${chosen} or ${changed}) ${after} order by ${list(table.key)} limit $4`,
      [tenant, buckets === "all" ? null : buckets, since ?? null, BATCH, ...(last ?? [])],
    );
    if (rows.length === 0) return;
    const keys = rows.map((row) => row.slice(0, width));
    yield { keys, changed: rows.map((row) => row[width] === "t") };
    if (rows.length < BATCH) return;
    last = keys.at(-1);
  }
}

/** The keys that have no row, as indexes of the given list. */
export async function missingFrom(
  session: Session,
  tenant: string,
  table: Table,
  keys: readonly Key[],
): Promise<Set<number>> {
  const rows = await session.texts(
    `select k.n from ${keysRelation(table, 2)}
      where not exists (select from ${table.name} t where t.tenant_id = $1 and ${onKey(table)})`,
    [tenant, ...transposed(keys, table.key.length)],
  );
  return new Set(rows.map(([n]) => Number(n) - 1));
}
