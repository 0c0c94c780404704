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
import { retried } from "./retry.ts";
import { placed, redirectIn } from "./route-tenant.ts";

/** All that a transaction must know of its caller. */
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
 * BH503 for refusals of ours. Everything is rolled back then. DatabaseUnavailable, with the code BH307.
 */
export async function transact<const S extends readonly BoundStatement<unknown>[]>(
  caller: Caller,
  ...statements: S
): Promise<{ opened: Opened; results: ResultsOf<S> }> {
  const outcome = await send(caller, statements);
  if (outcome.failure) throw outcome.failure;

  const [, context, ...rows] = outcome.rows;
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
  const outcome = await send(caller, [atHome], (home) => [there(found(home))]);
  if (outcome.failure) throw outcome.failure;
  return { opened: readOpened(outcome.rows[1]), results: found(outcome) };
}

/**
 * The batch as it is, for those who read an answer out of a failed one too.
 *
 * One round trip for a tenant that lives at home. For one that lives elsewhere there are two: home
 * answers with its word for the other database and opens nothing, so that the statements, which have
 * travelled along, find nothing and write nothing there; then they run where the tenant lives, or those
 * that `there` makes of home's answer.
 *
 * @throws DatabaseUnavailable
 */
export function send(
  { databases, credential, purpose, signal }: Caller,
  statements: readonly BoundStatement<unknown>[],
  there?: (atHome: BatchResult) => readonly BoundStatement<unknown>[],
): Promise<BatchResult> {
  return retried(async () => {
    const opens = opening(credential, purpose);
    const atHome = placed(await databases.home.run([RESET, opens, ...statements], signal));
    const away = redirectIn(atHome.rows[1]);
    if (!away || (there && atHome.failure)) return atHome;
    const opensThere = openingAsserted(credential, away.assertion);
    return databaseNamed(databases, away.placement).run(
      [RESET, opensThere, ...(there?.(atHome) ?? statements)],
      signal,
    );
  });
}
