import type { Migrator, Transaction } from "@bulkhead/db/migrate";
import { annotate, inSpan, summaryOf } from "@bulkhead/telemetry";

// Enough of a statement to find it in the migration's file.
const TEXT_LENGTH = 500;

/** The same migrator, with a span for each transaction and each statement. No span contains values. */
export const observed = ({ transaction }: Migrator): Migrator => ({
  transaction: (work) =>
    inSpan("transaction", "client", { "db.system.name": "postgresql" }, () =>
      transaction((tx) => work({ execute: (...statement) => executeInSpan(tx, ...statement) })),
    ),
});

function executeInSpan(tx: Transaction, ...[sql, values]: Parameters<Transaction["execute"]>) {
  const attributes = {
    "db.system.name": "postgresql",
    "db.query.text": sql.slice(0, TEXT_LENGTH),
  } as const;
  return inSpan(summaryOf(sql), "client", attributes, async () => {
    const rows = await tx.execute(sql, values);
    annotate({ "db.response.returned_rows": rows.length });
    return rows;
  });
}
