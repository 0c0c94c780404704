import type { Session } from "../place/session.ts";
import type { Key } from "./sql.ts";
import type { Table } from "./table.ts";

/** By table: the keys of rows that were written, each once. */
export type Changes = ReadonlyMap<Table, readonly Key[]>;

/** What a database has noted of the move's tenant since a transaction, by whomever it was written. */
export async function changesSince(
  session: Session,
  move: string,
  tables: readonly Table[],
  since: string,
): Promise<Changes> {
  const noted = await session.query<{ relation: string; key: string[] }>(
    "select * from app.changes_since($1, $2)",
    [move, since],
  );
  const byName = Map.groupBy(noted, ({ relation }) => relation);
  return new Map(
    tables.map((table) => [table, (byName.get(table.name) ?? []).map(({ key }) => key)]),
  );
}

/** Keys that are in either list, each once. */
export const either = (a: readonly Key[], b: readonly Key[]): Key[] => [
  ...new Map([...a, ...b].map((key) => [JSON.stringify(key), key])).values(),
];

/**
 * The moment that a session's next statement sees, or its snapshot. `from`: whoever writes after it, and
 * whoever was writing already, has this transaction number or a later one. `until`: what it sees was
 * written by earlier ones only.
 */
export async function momentOf(session: Session): Promise<{ from: string; until: string }> {
  const [row] = await session.texts(
    "select pg_snapshot_xmin(s), pg_snapshot_xmax(s) from pg_current_snapshot() s",
  );
  return { from: row?.[0] as string, until: row?.[1] as string };
}
