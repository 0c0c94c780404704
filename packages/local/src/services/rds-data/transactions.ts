import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { ServiceFault } from "../protocol/fault.ts";
import type { DataApiTarget, DatabaseConnector } from "./connection.ts";
import { badRequest, databaseError, faultOf } from "./faults.ts";

const IDLE_MS = 180_000;

type OpenTransaction = {
  client: Client;
  target: DataApiTarget;
  busy: boolean;
  idle?: NodeJS.Timeout;
};

export type Transactions = ReturnType<typeof createTransactions>;

/** Transactions that stay open between calls. An idle one is rolled back after three minutes. */
export function createTransactions(databases: DatabaseConnector) {
  const open = new Map<string, OpenTransaction>();

  /** Closing the connection rolls the transaction back. */
  function drop(id: string): void {
    const transaction = open.get(id);
    open.delete(id);
    clearTimeout(transaction?.idle);
    transaction?.client.end().catch(() => {});
  }

  function markIdle(id: string, transaction: OpenTransaction): void {
    const ms = transaction.target.cluster.transactionIdleMs ?? IDLE_MS;
    transaction.busy = false;
    transaction.idle = setTimeout(() => drop(id), ms);
    transaction.idle.unref();
  }

  /** Takes a transaction for one call. Throws when it is unknown, belongs to another caller or runs a query. */
  function take(id: string, target: DataApiTarget): OpenTransaction {
    const transaction = open.get(id);
    if (!transaction || transaction.target.cluster.arn !== target.cluster.arn) throw notFound(id);
    if (transaction.target.secretArn !== target.secretArn) {
      throw badRequest("Secret ARN is not the same as the transaction's.");
    }
    if (transaction.target.database !== target.database) {
      throw badRequest("Database name is not the same as transaction");
    }
    if (transaction.busy) throw databaseError("Transaction is still running a query");
    clearTimeout(transaction.idle);
    transaction.busy = true;
    return transaction;
  }

  return {
    async begin(target: DataApiTarget): Promise<string> {
      const client = await databases.connect(target);
      const id = randomBytes(96).toString("base64");
      const transaction = { client, target, busy: true };
      open.set(id, transaction);
      client.on("end", () => drop(id));
      await client.query("begin").catch((error) => {
        drop(id);
        throw faultOf(error);
      });
      markIdle(id, transaction);
      return id;
    },
    /** The database of a transaction, for calls that name none. */
    databaseOf: (id: string) => open.get(id)?.target.database,
    /** Uses the connection until `running` resolves. The response may be earlier. */
    async use<Result>(
      id: string,
      target: DataApiTarget,
      work: (client: Client) => { running: Promise<void>; response: Promise<Result> },
    ): Promise<Result> {
      const transaction = take(id, target);
      const { running, response } = work(transaction.client);
      try {
        return await response;
      } finally {
        running.then(() => open.has(id) && markIdle(id, transaction));
      }
    },
    async end(id: string, target: DataApiTarget, how: "commit" | "rollback"): Promise<void> {
      const { client } = take(id, target);
      try {
        const { command } = await client.query(how);
        // PostgreSQL responds to the commit of a failed transaction with ROLLBACK.
        if (command !== how.toUpperCase()) throw databaseError("The transaction was rolled back");
      } catch (error) {
        throw faultOf(error);
      } finally {
        drop(id);
      }
    },
    close(): void {
      for (const id of [...open.keys()]) drop(id);
    },
  };
}

const notFound = (id: string) =>
  new ServiceFault("TransactionNotFoundException", 404, `Transaction ${id} is not found`);
