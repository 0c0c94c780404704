import { Client, type ClientConfig } from "pg";
import { OperatorError } from "../errors.ts";

/** One connection of the operator's to one of the databases that a tenant may live in. */
export type Session = {
  /** `home`, or the name of a dedicated database. */
  placement: string;
  /** Rows as objects. */
  query<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Rows as PostgreSQL writes them: text or null for each column. What is read so can be written so. */
  texts(text: string, values?: unknown[]): Promise<(string | null)[][]>;
  end(): Promise<void>;
};

// As startup options, like the functions' own. Both sides of a copy must write the same value as the same text.
// A copy has no time limit; a lock is not waited for long, because other sessions would wait behind it.
const SETTINGS = {
  TimeZone: "UTC",
  DateStyle: "ISO",
  IntervalStyle: "postgres",
  bytea_output: "hex",
  extra_float_digits: "1",
  search_path: "pg_catalog,pg_temp",
  row_security: "on",
  default_transaction_isolation: "read\\ committed",
  lock_timeout: "10s",
  statement_timeout: "0",
  transaction_timeout: "0",
  idle_in_transaction_session_timeout: "0",
  idle_session_timeout: "0",
  // A killed command's statement must not go on writing while its successor runs.
  client_connection_check_interval: "250",
};

/** The operator and the request, for the audit trail. Without blanks: a startup option ends at one. */
export type Caller = { "app.operator"?: string; "app.request"?: string };

const RAW = { getTypeParser: () => (value: string) => value };

/** @throws OperatorError when the URL leads to another database than the placement's */
export async function openSession(
  placement: string,
  config: ClientConfig,
  caller: Caller = {},
): Promise<Session> {
  const options = Object.entries({ ...SETTINGS, ...caller })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
  const client = new Client({ application_name: "bulkhead-tenant", ...config, options });
  // The next query reports a connection that was lost while idle.
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ place: string }>("select place from app.this_place()");
  if (rows[0]?.place !== placement) {
    await client.end();
    throw new OperatorError(
      `The URL of ${placement} leads to the database ${rows[0]?.place}. Correct DATABASE_URL or DEDICATED_DATABASES.`,
    );
  }
  return {
    placement,
    query: async (text, values) => (await client.query(text, values)).rows,
    texts: async (text, values = []) =>
      (await client.query({ text, values, rowMode: "array", types: RAW as never }))
        .rows as unknown as (string | null)[][],
    end: () => client.end(),
  };
}

/** Calls one of the database's functions that returns one value. */
export async function call<T>(session: Session, name: string, ...values: unknown[]): Promise<T> {
  const parameters = values.map((_, index) => `$${index + 1}`).join(", ");
  const [row] = await session.query<{ value: T }>(
    `select app.${name}(${parameters}) as value`,
    values,
  );
  return row?.value as T;
}

/** A read-only transaction that sees one moment of the database from its first statement to its last. */
export const inSnapshot = <T>(session: Session, work: () => Promise<T>): Promise<T> =>
  inTransaction(session, work, "isolation level repeatable read read only");

export async function inTransaction<T>(
  session: Session,
  work: () => Promise<T>,
  mode = "",
): Promise<T> {
  await session.query(`begin ${mode}`);
  try {
    const result = await work();
    await session.query("commit");
    return result;
  } catch (error) {
    // The first error is the one to report; a lost connection has rolled back by itself.
    await session.query("rollback").catch(() => {});
    throw error;
  }
}
