import { setTimeout as sleep } from "node:timers/promises";
import type { Field } from "@aws-sdk/client-rds-data";
import type { Migrator } from "@bulkhead/db/migrate";
import { once } from "./client.ts";

const openClient = once(async () => {
  const { RDSDataClient } = await import("@aws-sdk/client-rds-data");
  // The service ends a call after 45 seconds; the client must not give up before it.
  return new RDSDataClient({ requestHandler: { requestTimeout: 60_000 } });
});

export type DataApi = { clusterArn: string; secretArn: string; database: string };

/** A paused cluster takes 15 to 30 seconds to wake; this waits up to two minutes. */
const WAKING = { attempts: 24, pauseMilliseconds: 5_000 };

/**
 * Migrates through the RDS Data API, as the cluster's master user.
 *
 * One statement a call, and a session only inside a transaction: what a migration sets, it sets locally.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html
 */
export function dataApiMigrator({ clusterArn, secretArn, database }: DataApi): Migrator {
  const cluster = { resourceArn: clusterArn, secretArn };

  return {
    async transaction(work) {
      const client = await openClient();
      const {
        BeginTransactionCommand,
        CommitTransactionCommand,
        ExecuteStatementCommand,
        RollbackTransactionCommand,
      } = await import("@aws-sdk/client-rds-data");
      const { transactionId } = await awake(() =>
        client.send(new BeginTransactionCommand({ ...cluster, database })),
      );
      if (!transactionId) throw new Error("The Data API returned no transaction id.");
      try {
        const result = await work({
          async execute(statement, values = []) {
            const { records = [], columnMetadata = [] } = await client.send(
              new ExecuteStatementCommand({
                ...cluster,
                database,
                transactionId,
                sql: values.length > 0 ? statement.replace(/\$(\d+)/g, ":p$1") : statement,
                parameters: values.map((stringValue, index) => ({
                  name: `p${index + 1}`,
                  value: { stringValue },
                })),
                includeResultMetadata: true,
              }),
            );
            return records.map((row) =>
              Object.fromEntries(
                row.map((field, index) => [columnMetadata[index]?.name, valueIn(field)]),
              ),
            );
          },
        });
        await client.send(new CommitTransactionCommand({ ...cluster, transactionId }));
        return result;
      } catch (error) {
        // The first error is thrown. If the rollback fails too, the service rolls back by itself.
        await client
          .send(new RollbackTransactionCommand({ ...cluster, transactionId }))
          .catch(() => {});
        throw error;
      }
    },
  };
}

async function awake<T>(begin: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await begin();
    } catch (error) {
      const isWaking = error instanceof Error && error.name === "DatabaseResumingException";
      if (!isWaking || attempt === WAKING.attempts) throw error;
      await sleep(WAKING.pauseMilliseconds);
    }
  }
}

function valueIn(field: Field): unknown {
  return field.isNull ? null : (field.stringValue ?? field.longValue ?? field.booleanValue);
}
