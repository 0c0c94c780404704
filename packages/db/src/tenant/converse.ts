import { isClean, type Lent } from "../pool.ts";
import type { Command, Outcome } from "../protocol/batch.ts";
import type { Bound } from "../statement.ts";
import { opening, RESET } from "./credential.ts";
import type { Caller } from "./transact.ts";

/** An open transaction, for the rare verb that must read before it can say what to write. */
export type Conversation = {
  run<Result>(statement: Bound<Result>): Promise<Result[]>;
  /** Sends the statement together with the commit. Nothing can be run after it. */
  last<Result>(statement: Bound<Result>): Promise<Result[]>;
};

const BEGIN: Command = { text: "begin" };
const COMMIT: Command = { text: "commit" };

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
  const { exchange, giveBack } = await caller.databases.home.borrow();
  const talk = conversationOn(exchange, caller);
  let clean = false;
  try {
    const result = await work(talk.conversation);
    await talk.commit();
    clean = talk.isClean();
    return result;
  } finally {
    giveBack(clean);
  }
}

function conversationOn(send: Lent["exchange"], caller: Caller) {
  let state: "new" | "open" | "committed" = "new";
  let latest: Outcome = { rows: [], status: "I" };

  const exchange = async (commands: readonly Command[], then: "open" | "committed") => {
    if (state === "committed") throw new Error("The transaction has been committed already.");
    const before =
      state === "new" ? [BEGIN, RESET, opening(caller.credential, caller.purpose)] : [];
    latest = await send([...before, ...commands], caller.signal);
    if (latest.failure) throw latest.failure;
    state = then;
    return latest.rows.slice(before.length);
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
  };
}
