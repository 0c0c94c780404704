import { Client } from "pg";

export type QueryRows = {
  columns: string[];
  /** As PostgreSQL writes them; null for null. */
  rows: (string | null)[][];
  /** There were more rows than are shown. */
  more: boolean;
};

const ROWS = 500;
const STATEMENT_MILLISECONDS = 5_000;

/**
 * Runs one query as it is given, reading only.
 *
 * @param url of a superuser: what is shown is what is there, whoever's it is
 * @throws DatabaseError that says what is wrong with the query.
 */
export async function lookUp(url: string, sql: string, values: unknown[] = []): Promise<QueryRows> {
  const client = new Client({
    connectionString: url,
    statement_timeout: STATEMENT_MILLISECONDS,
    types: { getTypeParser: () => (text: string) => text },
  });
  await client.connect();
  try {
    await client.query("begin transaction read only");
    const { fields, rows } = await client.query({ text: sql, values, rowMode: "array" });
    return {
      columns: fields.map(({ name }) => name),
      rows: rows.slice(0, ROWS),
      more: rows.length > ROWS,
    };
  } finally {
    await client.end();
  }
}
