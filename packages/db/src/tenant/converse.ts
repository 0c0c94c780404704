import { isClean, type Lent } from "../pool.ts";
import type { Command, Outcome } from "../protocol/batch.ts";
import type { Bound } from "../statement.ts";
import { opening, openingAsserted, RESET } from "./credential.ts";
import { databaseNamed } from "./placement.ts";
import { placed, redirectIn } from "./redirect.ts";
import type { Caller } from "./transact.ts";

/** An open transaction, for the rare verb that must read before it can say what to write. */
export type Conversation = {
  run<Result>(statement: Bound<Result>): Promise<Result[]>;
  /** Sends the statement together with the commit. Nothing can be run after it. */
  last<Result>(statement: Bound<Result>): Promise<Result[]>;
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
export async function converse<T>(
  caller: Caller,
  work: (conversation: Conversation) => Promise<T>,
): Promise<T> {
  caller.signal?.throwIfAborted();
  const talk = conversationOn(await caller.databases.home.borrow(), caller);
  let clean = false;
  try {
    const result = await work(talk.conversation);
    await talk.commit();
    clean = talk.isClean();
    return result;
  } finally {
    talk.giveBack(clean);
  }
}

function conversationOn(home: Lent, caller: Caller) {
  const { credential, purpose, databases, signal } = caller;
  let borrowed = home;
  let state: "new" | "open" | "committed" = "new";
  let latest: Outcome = { rows: [], status: "I" };

  const begin = async (opens: Command, commands: readonly Command[]) => {
    const before = [BEGIN, RESET, opens];
    latest = placed(await borrowed.exchange([...before, ...commands], signal));
    return latest.rows.slice(before.length);
  };

  /** At home, and if the tenant lives elsewhere, there instead. */
  const beginWhereItLives = async (commands: readonly Command[]) => {
    const rows = await begin(opening(credential, purpose), commands);
    const away = redirectIn(latest.rows[2]);
    if (!away) return rows;
    borrowed = await databaseNamed(databases, away.placement).borrow();
    void home.exchange([ROLLBACK]).then((end) => home.giveBack(isClean(end)));
    return begin(openingAsserted(credential, away.assertion), commands);
  };

  const goOn = async (commands: readonly Command[]) => {
    latest = await borrowed.exchange(commands, signal);
    return latest.rows;
  };

  const exchange = async (commands: readonly Command[], then: "open" | "committed") => {
    if (state === "committed") throw new Error("The transaction has been committed already.");
    const rows = await (state === "new" ? beginWhereItLives(commands) : goOn(commands));
    if (latest.failure) throw latest.failure;
    state = then;
    return rows;
  };

  return {
    conversation: {
      async run<R>(statement: Bound<R>) {
        const [rows] = await exchange([statement], "open");
        return statement.read(rows ?? []);
      },
      async last<R>(statement: Bound<R>) {
        const [rows] = await exchange([statement, COMMIT], "committed");
        return statement.read(rows ?? []);
      },
    } satisfies Conversation,
    async commit() {
      // PostgreSQL answers the COMMIT of a failed transaction with a quiet rollback.
      if (latest.failure) throw latest.failure;
      if (state === "open") await exchange([COMMIT], "committed");
    },
    isClean: () => isClean(latest),
    giveBack: (clean: boolean) => borrowed.giveBack(clean),
  };
}
