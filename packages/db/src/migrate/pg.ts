import { Client } from "pg";
import type { Migrator } from "./run.ts";

/** Migrates over a PostgreSQL connection, a new one for each transaction, as the Data API would. */
export function pgMigrator(connectionString: string): Migrator {
  return {
    async transaction(work) {
      const client = new Client({ connectionString });
      await client.connect();
      try {
        await client.query("begin");
        const result = await work({
          execute: async (statement, values) =>
            (await client.query(statement, values && [...values])).rows,
        });
        await client.query("commit");
        return result;
      } finally {
        // Ending a session rolls back what it has not committed.
        await client.end();
      }
    },
  };
}
