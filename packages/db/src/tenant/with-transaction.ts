import { isClean } from "../cleanliness.ts";
import type { Connections, Lent } from "../pool.ts";
import type { BatchResult, Command } from "../protocol/batch.ts";
import type { BoundStatement } from "../statement.ts";
import { opening, openingAsserted, RESET } from "./credential.ts";
import { databaseNamed } from "./placement.ts";
import { placed, redirectIn } from "./route-tenant.ts";
import type { Caller } from "./transact.ts";

/** An open transaction, for the rare verb that must read before it can say what to write. */
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
 * It is not retried: `work` may have done something that can't be done twice. Serialization failures
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
    const [first, outcome] = await on.begin([...before, ...commands], signal);
    lent = first;
    latest = placed(outcome);
    return latest.rows.slice(before.length);
  };

  /** At home, and if the tenant lives elsewhere, there instead. */
  const beginWhereItLives = async (commands: readonly Command[]) => {
    const rows = await begin(databases.home, opening(credential, purpose), commands);
    const away = redirectIn(latest.rows[2]);
    if (!away) return rows;
    const home = lent as Lent;
    lent = undefined;
    void home.exchange([ROLLBACK]).then((end) => home.giveBack(isClean(end)));
    const there = databaseNamed(databases, away.placement);
    return begin(there, openingAsserted(credential, away.assertion), commands);
  };

  const goOn = async ({ exchange }: Lent, commands: readonly Command[]) => {
    latest = await exchange(commands, signal);
    return latest.rows;
  };

  const exchange = async (commands: readonly Command[]) => {
    if (isCommitted) throw new Error("The transaction has been committed already.");
    const rows = await (lent ? goOn(lent, commands) : beginWhereItLives(commands));
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
      // PostgreSQL answers the COMMIT of a failed transaction with a quiet rollback.
      if (latest.failure) throw latest.failure;
      if (lent && !isCommitted) await exchange([COMMIT]);
    },
    isClean: () => isClean(latest),
    giveBack: (clean: boolean) => lent?.giveBack(clean),
  };
}
