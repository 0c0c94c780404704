import { rawStatement } from "@bulkhead/db";
import { expect } from "vitest";
import type { TestDatabase } from "./database.ts";

/** Transactions wait at it until the test releases them: an order of events without sleeps. */
export async function latchIn({ sql }: Pick<TestDatabase, "sql">) {
  await sql("select pg_advisory_lock(1)");
  return {
    /** An expression that stops the transaction that evaluates it. */
    stop: "pg_advisory_xact_lock_shared(1)",
    /** Resolves when so many transactions have stopped there. */
    async reached(count = 1): Promise<void> {
      const stopped = () =>
        sql(
          `select from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`,
        );
      await expect.poll(stopped).toHaveLength(count);
    },
    /** The stopped transactions go on, and no other one stops. */
    release: () => sql("select pg_advisory_unlock(1)"),
  };
}

/** A statement that stops there. */
export const stopAt = ({ stop }: { stop: string }) =>
  rawStatement(`select ${stop}`, () => undefined)();
