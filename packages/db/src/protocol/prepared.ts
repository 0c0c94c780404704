import type { Connection } from "pg";

export type Field = { name: string; decode(text: string): unknown };

/** The statements that the driver has prepared on a connection, by name, and what each returns. */
export type Prepared = Map<string, Field[]>;

// Kept apart from pg's own list, and by names that pg never uses.
const all = new WeakMap<Connection, Prepared>();

export function preparedOn(connection: Connection): Prepared {
  const prepared = all.get(connection) ?? new Map();
  all.set(connection, prepared);
  return prepared;
}
