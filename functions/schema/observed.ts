import type { Migrator } from "@bulkhead/db/migrate";
import { annotate, inSpan, summaryOf } from "@bulkhead/telemetry";

// A function's body is in the migration's file: here its beginning says which one it is.
const TEXT_LENGTH = 500;

/** The same migrator, whose transactions and statements are spans of the current work. */
export const observed = ({ transaction }: Migrator): Migrator => ({
  transaction: (work) =>
    inSpan("transaction", "client", { "db.system.name": "postgresql" }, () =>
      transaction(({ execute }) => work({ execute: (sql) => inStatement(sql, execute) })),
    ),
});

function inStatement<Rows extends unknown[]>(sql: string, execute: (sql: string) => Promise<Rows>) {
  const attributes = {
    "db.system.name": "postgresql",
    "db.query.text": sql.slice(0, TEXT_LENGTH),
  } as const;
  return inSpan(summaryOf(sql), "client", attributes, async () => {
    const rows = await execute(sql);
    annotate({ "db.response.returned_rows": rows.length });
    return rows;
  });
}
