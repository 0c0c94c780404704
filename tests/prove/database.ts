import { Client } from "pg";
import { migratedServer } from "../support/migrated-server.ts";
import type { Query } from "./isolation/check.ts";

/** Why a proof could not be made, in words that say what to do. It says nothing about isolation. */
export class Unprovable extends Error {}

/**
 * Reads a database in one transaction that can't write, so that the whole proof is about one moment.
 *
 * @throws Unprovable when it can't be reached, or was never migrated
 */
export async function reading<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (cause) {
    throw new Unprovable(`${placeOf(url)} can't be reached: ${(cause as Error).message}.`, {
      cause,
    });
  }
  // A server that goes away ends the query that is running, which says so.
  client.on("error", () => {});
  try {
    await client.query("begin transaction isolation level repeatable read read only");
    const query: Query = async (sql) => (await client.query(sql)).rows;
    await refuseUnmigrated(url, query);
    return await work(query);
  } finally {
    await client.end();
  }
}

/** The same for a database that the migrations of this checkout make, which is dropped afterwards. */
export async function readingThrowaway<T>(work: (query: Query) => Promise<T>): Promise<T> {
  const server = await migratedServer([
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
  ]);
  try {
    return await reading(server.masterUrl, work);
  } finally {
    await server.stop();
  }
}

async function refuseUnmigrated(url: string, query: Query): Promise<void> {
  const found = await query(
    "select from pg_class where oid = (select oid from pg_class where relname = 'signing_keys' and relnamespace = (select oid from pg_namespace where nspname = 'app'))",
  );
  if (found.length > 0) return;
  throw new Unprovable(
    `${placeOf(url)} has not been migrated: there is nothing of Bulkhead in it. Deploy the Schema stack, or name another database with --url.`,
  );
}

/** Where a database is, without the password. */
export function placeOf(url: string): string {
  const { host, pathname, username } = new URL(url);
  return `postgres://${username && `${username}@`}${host}${pathname}`;
}
