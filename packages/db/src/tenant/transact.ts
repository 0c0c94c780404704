import type { Outcome } from "../protocol/batch.ts";
import type { Bound } from "../statement.ts";
import {
  type Credential,
  type Opened,
  opening,
  type Purpose,
  RESET,
  readOpened,
} from "./credential.ts";
import { type Databases, databaseNamed } from "./placement.ts";
import { retried } from "./retry.ts";

/** Somebody who wants something: all that a transaction must know of its caller. */
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

type ResultsOf<S extends readonly Bound<unknown>[]> = {
  -readonly [K in keyof S]: S[K] extends Bound<infer R> ? R[] : never;
};

/**
 * Runs statements in the caller's tenant: credential check, context and statements are one
 * transaction and one network round trip.
 *
 * @throws the DatabaseError that ended it; its `code` is BH401, BH403, BH404, BH409, BH410, BH422 for
 * refusals of ours. Everything is rolled back then.
 */
export async function transact<const S extends readonly Bound<unknown>[]>(
  caller: Caller,
  ...statements: S
): Promise<{ opened: Opened; results: ResultsOf<S> }> {
  const outcome = await send(caller, statements);
  if (outcome.failure) throw outcome.failure;

  const [, context, ...rows] = outcome.rows;
  const results = statements.map((statement, index) => statement.read(rows[index] ?? []));
  return { opened: readOpened(context), results: results as ResultsOf<S> };
}

/** The batch as it is, for those who read an answer out of a failed one too. */
export function send(
  { databases, credential, purpose, signal }: Caller,
  statements: readonly Bound<unknown>[],
): Promise<Outcome> {
  const commands = [RESET, opening(credential, purpose), ...statements];
  return retried(async () => {
    const outcome = await databases.home.run(commands, signal);
    const elsewhere = placeOf(outcome);
    return elsewhere ? databaseNamed(databases, elsewhere).run(commands, signal) : outcome;
  });
}

function placeOf({ failure }: Outcome): string | undefined {
  const { code, detail } = (failure ?? {}) as { code?: string; detail?: string };
  return code === "BH307" ? detail : undefined;
}
