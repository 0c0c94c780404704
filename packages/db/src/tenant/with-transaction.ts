import { isClean } from "../cleanliness.ts";
import type { Connections, Lent } from "../pool.ts";
import type { BatchResult, Command } from "../protocol/batch.ts";
import type { BoundStatement } from "../statement.ts";
import { opening, openingAsserted, RESET } from "./credential.ts";
import { databaseNamed } from "./placement.ts";
import { redirectIn, withUnavailable } from "./route-tenant.ts";
import type { Caller } from "./transact.ts";

/** An open transaction, for the rare verb that must read before it knows what to write. */
export type Transaction = {
  run<Result>(statement: BoundStatement<Result>): Promise<Result[]>;
  /** Sends the statement together with the commit. Nothing can be run after it. */
  last<Result>(statement: BoundStatement<Result>): Promise<Result[]>;
};

const BEGIN: Command = { text: "begin" };
const COMMIT: Command = { text: "commit" };
const ROLLBACK: Command = { text: "rollback" };

/**
 * A transaction of several round trips: the first statement travels with BEGIN and the context, the
 * last with COMMIT. It is rolled back, and its connection destroyed, when `work` throws.
 *
 * It is not retried: `work` may have effects that cannot be repeated. Serialization failures
 * reach the caller.
 */
export async function withTransaction<T>(
  caller: Caller,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  caller.signal?.throwIfAborted();
  const open = transactionOf(caller);
  let clean = false;
  try {
    const result = await work(open.transaction);
    await open.commit();
    clean = open.isClean();
    return result;
  } finally {
    open.giveBack(clean);
  }
}

function transactionOf({ credential, purpose, databases, signal }: Caller) {
  let lent: Lent | undefined;
  let isCommitted = false;
  let latest: BatchResult = { rows: [], status: "I" };

  const begin = async (on: Connections, opens: Command, commands: readonly Command[]) => {
    const before = [BEGIN, RESET, opens];
    const [first, result] = await on.begin([...before, ...commands], signal);
    lent = first;
    latest = withUnavailable(result);
    return latest.rows.slice(before.length);
  };

  /** Begins at home, and for a tenant that lives elsewhere in its own database instead. */
  const beginRouted = async (commands: readonly Command[]) => {
    const rows = await begin(databases.home, opening(credential, purpose), commands);
    const redirect = redirectIn(latest.rows[2]);
    if (!redirect) return rows;
    const home = lent as Lent;
    lent = undefined;
    void home.exchange([ROLLBACK]).then((end) => home.giveBack(isClean(end)));
    const dedicated = databaseNamed(databases, redirect.placement);
    return begin(dedicated, openingAsserted(credential, redirect.assertion), commands);
  };

  const continueOn = async ({ exchange }: Lent, commands: readonly Command[]) => {
    latest = await exchange(commands, signal);
    return latest.rows;
  };

  const exchange = async (commands: readonly Command[]) => {
    if (isCommitted) throw new Error("The transaction has been committed already.");
    const rows = await (lent ? continueOn(lent, commands) : beginRouted(commands));
    if (latest.failure) throw latest.failure;
    isCommitted = commands.at(-1) === COMMIT;
    return rows;
  };

  return {
    transaction: {
      async run<R>(statement: BoundStatement<R>) {
        const [rows] = await exchange([statement]);
        return statement.read(rows ?? []);
      },
      async last<R>(statement: BoundStatement<R>) {
        const [rows] = await exchange([statement, COMMIT]);
        return statement.read(rows ?? []);
      },
    } satisfies Transaction,
    async commit() {
      // PostgreSQL answers COMMIT of a failed transaction with a rollback and no error.
      if (latest.failure) throw latest.failure;
      if (lent && !isCommitted) await exchange([COMMIT]);
    },
    isClean: () => isClean(latest),
    giveBack: (clean: boolean) => lent?.giveBack(clean),
  };
}
