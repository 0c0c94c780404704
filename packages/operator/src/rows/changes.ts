import type { Session } from "../database/session.ts";
import type { Key } from "./sql.ts";
import type { Table } from "./table.ts";

/** By table: the keys of rows that were written, each once. */
export type Changes = ReadonlyMap<Table, readonly Key[]>;

/** The changes of the tenant that a database has recorded since a transaction, by any writer. */
export async function changesSince(
  session: Session,
  move: string,
  tables: readonly Table[],
  since: string,
): Promise<Changes> {
  const recorded = await session.query<{ relation: string; key: string[] }>(
    "select * from app.changes_since($1, $2)",
    [move, since],
  );
  const byName = Map.groupBy(recorded, ({ relation }) => relation);
  return new Map(
    tables.map((table) => [table, (byName.get(table.name) ?? []).map(({ key }) => key)]),
  );
}

/** Keys that are in either list, each once. */
export const union = (a: readonly Key[], b: readonly Key[]): Key[] => [
  ...new Map([...a, ...b].map((key) => [JSON.stringify(key), key])).values(),
];

/**
 * The bounds of what a session's next statement sees, or its snapshot. A write that it does not see has
 * transaction number `from` or a later one; everything that it sees was written by numbers before `until`.
 */
export async function snapshotBounds(session: Session): Promise<{ from: string; until: string }> {
  const [row] = await session.texts(
    "select pg_snapshot_xmin(s), pg_snapshot_xmax(s) from pg_current_snapshot() s",
  );
  return { from: row?.[0] as string, until: row?.[1] as string };
}
