import { Client } from "pg";

export type QueryRows = {
  columns: string[];
  /** In PostgreSQL's text form; null for null. */
  rows: (string | null)[][];
  /** Whether the result had more rows. */
  more: boolean;
};

const ROWS = 500;
const STATEMENT_MILLISECONDS = 5_000;

/**
 * Runs one query in a read-only transaction.
 *
 * @param url of a superuser, who sees the rows of every tenant
 * @throws DatabaseError when the query is wrong.
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
