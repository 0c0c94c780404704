import type { TestDatabase } from "../../support/database.ts";
import { redefine } from "../../support/mutation.ts";

/** As it was: the key of a slot's lock is arithmetic over the tenant's id. */
export const lockByNumber = ({ database }: { database: Pick<TestDatabase, "sql"> }) =>
  redefine(database, "app.free_slot", (definition) =>
    definition
      .replace(/\s+for update of s skip locked/, "")
      .replace(
        "-- Checked again",
        "continue when not pg_try_advisory_xact_lock(hashtextextended(tenant::text, candidate));\n    -- Checked again",
      ),
  );
