import { rawStatement } from "@bulkhead/db";
import { expect } from "vitest";
import type { TestDatabase } from "./database.ts";

/** Where transactions stop until the test lets them go on: an order of events without sleeping for it. */
export async function latchIn({ sql }: Pick<TestDatabase, "sql">) {
  await sql("select pg_advisory_lock(1)");
  return {
    /** An expression that whoever is to stop evaluates. */
    stop: "pg_advisory_xact_lock_shared(1)",
    /** Resolves when somebody has stopped there. */
    async reached(): Promise<void> {
      const stopped = () =>
        sql(
          `select from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`,
        );
      await expect.poll(stopped).toHaveLength(1);
    },
    /** Whoever has stopped goes on, and nobody stops any longer. */
    release: () => sql("select pg_advisory_unlock(1)"),
  };
}

/** A statement that stops there. */
export const stopAt = ({ stop }: { stop: string }) =>
  rawStatement(`select ${stop}`, () => undefined)();
