import { createHash } from "node:crypto";
import { fillPlaceholders } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import * as drizzleUtils from "drizzle-orm/utils";
import type { Command, Row } from "./protocol/batch.ts";

/** A statement with its values, ready to travel in a batch, and the way to read what comes back. */
export type BoundStatement<Result> = Command & { read(rows: Row[]): Result[] };

/** Drizzle's query builder. It has no connection: what it builds is sent in a batch. */
export type Builder = ReturnType<typeof drizzle.mock>;

// Drizzle's own row mapper. It is exported, but its types are not.
const { mapResultRow } = drizzleUtils as unknown as {
  mapResultRow(fields: unknown[], row: Row, nullable?: Record<string, boolean>): unknown;
};

/**
 * What `.prepare()` leaves on every driver's prepared query. It is not in Drizzle's types, so the first use of each
 * statement checks that it is there.
 */
export type PreparedQuery = {
  getQuery(): { sql: string; params: unknown[] };
  fields?: unknown[];
  joinsNotNullableMap?: Record<string, boolean>;
  execute(values?: Record<string, unknown>): Promise<unknown>;
};
type ResultOf<P extends PreparedQuery> =
  Awaited<ReturnType<P["execute"]>> extends (infer R)[] ? R : never;

const builder = drizzle.mock();

/**
 * Prepares a query once for the whole process. The values come later, by the names of its
 * `sql.placeholder(…)`s.
 *
 *     const byId = statement((db) =>
 *       db.select().from(projects).where(eq(projects.id, sql.placeholder("id"))).prepare("by_id"));
 *     byId({ id })
 *
 * `wrap` puts SQL of its own around the query's text; it may not bring parameters.
 */
export function statement<P extends PreparedQuery>(
  build: (db: Builder) => P,
  wrap: (text: string) => string = (text) => text,
): (values?: Record<string, unknown>) => BoundStatement<ResultOf<P>> {
  const query = build(builder);
  const { sql, params } = query.getQuery();
  const { fields, joinsNotNullableMap } = query;
  if (!fields) throw new Error(`This statement returns no fields, add returning(): ${sql}`);

  const text = wrap(sql);
  const name = nameOf(text);
  return (values = {}) => ({
    text,
    name,
    values: fillPlaceholders(params, values),
    read: (rows) =>
      rows.map((row) => mapResultRow(fields, row, joinsNotNullableMap) as ResultOf<P>),
  });
}

/** The same for a statement in plain SQL: `text` with $1, $2 …; `read` maps one row. */
export function rawStatement<Result>(
  text: string,
  read: (row: Row) => Result,
): (...values: unknown[]) => BoundStatement<Result> {
  const name = nameOf(text);
  return (...values) => ({ text, name, values, read: (rows) => rows.map(read) });
}

/** Equal statements share a name, so a connection prepares each once. PostgreSQL cuts names at 63 bytes. */
function nameOf(text: string): string {
  return `bh_${createHash("sha256").update(text).digest("base64url")}`;
}
