import { setTimeout as sleep } from "node:timers/promises";
import type { BatchResult } from "../protocol/batch.ts";
import type { BoundStatement } from "../statement.ts";
import {
  type Credential,
  type Opened,
  opening,
  openingAsserted,
  type Purpose,
  RESET,
  readOpened,
} from "./credential.ts";
import { type Databases, databaseNamed } from "./placement.ts";
import { redirectIn, withUnavailable } from "./route-tenant.ts";

// serialization_failure and deadlock_detected: PostgreSQL asks for exactly this transaction again.
const RETRIED = new Set(["40001", "40P01"]);
const ATTEMPTS = 5;

/** What a transaction needs to know of its caller. */
export type Caller = {
  databases: Databases;
  credential: Credential;
  purpose: Purpose;
  /**
   * Ends the request: its connection is destroyed, and the server rolls back what it has not committed
   * within a quarter of a second.
   */
  signal?: AbortSignal;
};

type ResultsOf<S extends readonly BoundStatement<unknown>[]> = {
  -readonly [K in keyof S]: S[K] extends BoundStatement<infer R> ? R[] : never;
};

/**
 * Runs statements in the caller's tenant: credential check, context and statements are one
 * transaction and one network round trip, or two round trips for a tenant with a database of its own.
 *
 * @throws the DatabaseError that ended it; its `code` is BH401, BH403, BH404, BH409, BH410, BH422 or
 * BH503 for our own refusals. Everything is rolled back then. DatabaseUnavailable, with the code BH307.
 */
export async function transact<const S extends readonly BoundStatement<unknown>[]>(
  caller: Caller,
  ...statements: S
): Promise<{ opened: Opened; results: ResultsOf<S> }> {
  const batch = await runTransaction(caller, statements);
  if (batch.failure) throw batch.failure;

  const [, context, ...rows] = batch.rows;
  const results = statements.map((statement, index) => statement.read(rows[index] ?? []));
  return { opened: readOpened(context), results: results as ResultsOf<S> };
}

/**
 * Runs a statement at home, and for a tenant that lives elsewhere another one there, which is made of what
 * the first has found. For permissions that home grants in both places; with any other, home finds nothing.
 *
 * @returns who was let in, and what was found where the tenant lives
 * @throws like {@link transact}
 */
export async function transactInBoth<Result>(
  caller: Caller,
  atHome: BoundStatement<Result>,
  there: (fromHome: Result[]) => BoundStatement<Result>,
): Promise<{ opened: Opened; results: Result[] }> {
  const found = ({ rows }: BatchResult) => atHome.read(rows[2] ?? []);
  const batch = await runTransaction(caller, [atHome], (home) => [there(found(home))]);
  if (batch.failure) throw batch.failure;
  return { opened: readOpened(batch.rows[1]), results: found(batch) };
}

/**
 * One transaction, run again when it lost against a competing one: up to five times, after a short and growing
 * wait of random length. Nothing else is run twice, but for a tainted connection, which the pool replaces.
 * Returns the batch as it is, because a failed one can hold an answer too.
 *
 * One round trip for a tenant that lives at home. For a tenant that lives elsewhere there are two: home returns
 * an assertion for the other database and opens no context, so the statements that travel along find and write
 * nothing there; then they run where the tenant lives, or those that `there` makes of home's result.
 *
 * @throws DatabaseUnavailable
 */
export async function runTransaction(
  { databases, credential, purpose, signal }: Caller,
  statements: readonly BoundStatement<unknown>[],
  there?: (atHome: BatchResult) => readonly BoundStatement<unknown>[],
): Promise<BatchResult> {
  for (let attempt = 1; ; attempt++) {
    const opens = opening(credential, purpose);
    let result = withUnavailable(await databases.home.run([RESET, opens, ...statements], signal));
    const redirect = redirectIn(result.rows[1]);
    if (redirect && !(there && result.failure)) {
      const opensThere = openingAsserted(credential, redirect.assertion);
      const commands = [RESET, opensThere, ...(there?.(result) ?? statements)];
      result = await databaseNamed(databases, redirect.placement).run(commands, signal);
    }
    const { code = "" } = (result.failure ?? {}) as { code?: string };
    if (!RETRIED.has(code) || attempt === ATTEMPTS) return result;
    await sleep(Math.random() * 5 * 2 ** attempt);
  }
}
