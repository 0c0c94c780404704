import type { Client, CustomTypesConfig } from "pg";
import { ServiceFault } from "../protocol/fault.ts";
import type { DataApiTarget, DatabaseConnector } from "./connection.ts";
import { faultOf } from "./faults.ts";
import type { DataApiStatement } from "./parameters.ts";
import { resultOf, type Shape, type TextResult, type TypeInfo, unknownTypes } from "./result.ts";

const TIMEOUT_MS = 45_000;

/** Keeps values in PostgreSQL's text form; fields.ts converts them. */
const asText: CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

export type StatementRun = {
  client: Client;
  target: DataApiTarget;
  statement: DataApiStatement;
  shape: Shape;
  /** Lets a statement run on after its call has timed out. */
  continueAfterTimeout: boolean;
};

/**
 * Runs one statement. After the timeout the call fails, and the statement is cancelled unless it may continue.
 * `running` resolves when the connection is free again, which may be later than the response.
 */
export function runStatement(run: StatementRun, databases: DatabaseConnector) {
  const { client, statement } = run;
  // Always the extended protocol, in which PostgreSQL refuses a second statement.
  const result = client.query({
    ...statement,
    rowMode: "array",
    queryMode: "extended",
    types: asText,
  } as never) as unknown as Promise<TextResult>;
  const running = result.then(
    () => {},
    () => {},
  );
  return { running, response: withTimeout(run, databases, result) };
}

async function withTimeout(
  run: StatementRun,
  databases: DatabaseConnector,
  result: Promise<TextResult>,
): Promise<object> {
  const { target, client, shape } = run;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new ServiceFault("StatementTimeoutException", 400, "Request timed out"));
  }, target.cluster.statementTimeoutMs ?? TIMEOUT_MS);
  try {
    const rows = await Promise.race([result, late.promise]);
    return resultOf(rows, await catalogOf(client, unknownTypes(rows, shape)), shape);
  } catch (error) {
    const timedOut = error instanceof ServiceFault && error.code === "StatementTimeoutException";
    if (timedOut && !run.continueAfterTimeout) {
      await cancel(run, databases);
      await Promise.allSettled([result]);
    }
    throw faultOf(error);
  } finally {
    clearTimeout(timer);
  }
}

async function catalogOf(client: Client, oids: readonly number[]): Promise<TypeInfo[]> {
  if (oids.length === 0) return [];
  const { rows } = await client.query(
    `select oid::int8::int4 as oid, typname as name, typcategory as category
     from pg_catalog.pg_type where oid = any($1::oid[])`,
    [oids],
  );
  return rows;
}

/** A role may cancel its own statements, from another connection. */
async function cancel(
  { client, target }: StatementRun,
  databases: DatabaseConnector,
): Promise<void> {
  const other = await databases.connect(target);
  const { processID } = client as Client & { processID: number };
  await other.query("select pg_cancel_backend($1)", [processID]).finally(() => other.end());
}
