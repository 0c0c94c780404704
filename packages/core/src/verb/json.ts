import { type Column, type SQL, sql } from "drizzle-orm";

/** What can stand as a value in a resource's JSON: a column, or an expression with a type of its own. */
export type JsonFields = Record<string, Column | SQL>;

/**
 * A JSON object that PostgreSQL builds and that is not parsed on the way out. A noun's shape is one such
 * expression, which its reads select and its mutations return.
 *
 *     export const projectJson = json({ id: projects.id, name: projects.name });
 */
export function json(fields: JsonFields): SQL<string> {
  // The names are ours and become part of the text; as parameters they would have no type.
  const pairs = Object.entries(fields).map(
    ([name, value]) => sql`${sql.raw(`'${name}'`)}, ${value}`,
  );
  return sql<string>`json_build_object(${sql.join(pairs, sql`, `)})`;
}
