import {
  type JsonInput,
  optionalFlag,
  optionalObject,
  optionalText,
  refuseOthers,
  text,
} from "../protocol/input.ts";
import type { ServiceOperation } from "../protocol/json-service.ts";
import type { DatabaseConnector } from "./connection.ts";
import { invalid } from "./faults.ts";
import { bindParameters } from "./parameters.ts";
import type { Shape } from "./result.ts";
import { runStatement, type StatementRun } from "./run.ts";
import type { Transactions } from "./transactions.ts";

const MOST_SQL_CHARACTERS = 65_536;

const TARGET = ["resourceArn", "secretArn", "database", "schema"];

/** The operations of the Data API that the local cloud implements; all others are refused by name. */
export function dataOperations(
  databases: DatabaseConnector,
  transactions: Transactions,
): Record<string, ServiceOperation> {
  const targetOf = (input: JsonInput, database = optionalText(input, "database")) => {
    if (input.schema) throw invalid("The schema parameter isn't supported");
    return databases.target(text(input, "resourceArn"), text(input, "secretArn"), database);
  };
  /** The target of a call in a transaction: the transaction's database, unless the call names another. */
  const targetWithin = (input: JsonInput, id: string) =>
    targetOf(input, optionalText(input, "database") ?? transactions.databaseOf(id));

  async function end(
    input: JsonInput,
    how: "commit" | "rollback",
    operation: string,
  ): Promise<void> {
    refuseOthers(input, ["resourceArn", "secretArn", "transactionId"], operation);
    const id = text(input, "transactionId");
    await transactions.end(id, targetWithin(input, id), how);
  }

  return {
    async ExecuteStatement(input) {
      refuseOthers(input, EXECUTE_PARAMETERS, "ExecuteStatement");
      const id = optionalText(input, "transactionId");
      const target = id === undefined ? targetOf(input) : targetWithin(input, id);
      const run: Omit<StatementRun, "client"> = {
        target,
        statement: bindParameters(sqlOf(input), input),
        shape: shapeOf(input),
        continueAfterTimeout: optionalFlag(input, "continueAfterTimeout"),
      };
      if (id !== undefined) {
        return transactions.use(id, target, (client) =>
          runStatement({ ...run, client }, databases),
        );
      }
      const client = await databases.connect(target);
      const { running, response } = runStatement({ ...run, client }, databases);
      try {
        return await response;
      } finally {
        running.then(() => client.end()).catch(() => {});
      }
    },

    async BeginTransaction(input) {
      refuseOthers(input, TARGET, "BeginTransaction");
      return { transactionId: await transactions.begin(targetOf(input)) };
    },

    async CommitTransaction(input) {
      await end(input, "commit", "CommitTransaction");
      return { transactionStatus: "Transaction Committed" };
    },

    async RollbackTransaction(input) {
      await end(input, "rollback", "RollbackTransaction");
      return { transactionStatus: "Rollback Complete" };
    },
  };
}

const EXECUTE_PARAMETERS = [
  ...TARGET,
  "sql",
  "parameters",
  "transactionId",
  "includeResultMetadata",
  "continueAfterTimeout",
  "resultSetOptions",
  "formatRecordsAs",
];

function sqlOf(input: JsonInput): string {
  const sql = text(input, "sql");
  if (sql.length <= MOST_SQL_CHARACTERS) return sql;
  const constraint = `Member must have length less than or equal to ${MOST_SQL_CHARACTERS}`;
  throw invalid(
    `1 validation error detected: Value at 'sql' failed to satisfy constraint: ${constraint}`,
  );
}

function shapeOf(input: JsonInput): Shape {
  const options = optionalObject(input, "resultSetOptions") ?? {};
  refuseOthers(options, ["decimalReturnType", "longReturnType"], "resultSetOptions");
  return {
    metadata: optionalFlag(input, "includeResultMetadata"),
    json: oneOf(input, "formatRecordsAs", ["NONE", "JSON"]) === "JSON",
    decimalAsNumber:
      oneOf(options, "decimalReturnType", ["STRING", "DOUBLE_OR_LONG"]) === "DOUBLE_OR_LONG",
    longAsString: oneOf(options, "longReturnType", ["LONG", "STRING"]) === "STRING",
  };
}

function oneOf(input: JsonInput, name: string, values: readonly string[]): string | undefined {
  const value = optionalText(input, name);
  if (value === undefined || values.includes(value)) return value;
  throw invalid(
    `Value '${value}' at '${name}' must satisfy enum value set: [${values.join(", ")}]`,
  );
}
