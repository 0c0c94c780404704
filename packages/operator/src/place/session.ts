import { Client, type ClientConfig } from "pg";
import { Fault } from "../fault.ts";

/** One connection of the operator's to one of the databases that a tenant may live in. */
export type Session = {
  /** The placement: `home`, or the name of a dedicated database. */
  place: string;
  /** Rows as objects. */
  query<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Rows as PostgreSQL writes them: text or null for each column. What is read so can be written so. */
  texts(text: string, values?: unknown[]): Promise<(string | null)[][]>;
  end(): Promise<void>;
};

// As startup options, like the functions' own. What both sides of a copy write as text must read alike.
// A copy takes what it takes; a lock is not waited for, because others would wait behind it.
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
  // A command that was killed must not go on writing under its successor.
  client_connection_check_interval: "250",
};

/** Who asks, and in which request: for the trail. Without blanks, because a start-up option ends at one. */
export type Asked = { "app.operator"?: string; "app.request"?: string };

const RAW = { getTypeParser: () => (value: string) => value };

/** @throws Fault when the database says that it is another one: a wrong URL must not move anybody */
export async function openSession(
  place: string,
  config: ClientConfig,
  asked: Asked = {},
): Promise<Session> {
  const options = Object.entries({ ...SETTINGS, ...asked })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");
  const client = new Client({ application_name: "bulkhead-tenant", ...config, options });
  // A connection that is lost while nothing runs on it is told by the next query.
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ place: string }>("select place from app.this_place()");
  if (rows[0]?.place !== place) {
    await client.end();
    throw new Fault(`The database at the URL of ${place} says that it is ${rows[0]?.place}.`);
  }
  return {
    place,
    query: async (text, values) => (await client.query(text, values)).rows,
    texts: async (text, values = []) =>
      (await client.query({ text, values, rowMode: "array", types: RAW as never }))
        .rows as unknown as (string | null)[][],
    end: () => client.end(),
  };
}

/** A read-only transaction that sees one moment of the database from its first statement to its last. */
export async function inSnapshot<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query("begin isolation level repeatable read read only");
  try {
    return await work();
  } finally {
    await session.query("commit");
  }
}

/** One transaction. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query("begin");
  try {
    const result = await work();
    await session.query("commit");
    return result;
  } catch (error) {
    // The first error is the one to tell; a lost connection has rolled back by itself.
    await session.query("rollback").catch(() => {});
    throw error;
  }
}
