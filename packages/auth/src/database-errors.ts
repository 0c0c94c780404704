import { AsyncLocalStorage } from "node:async_hooks";
import { Refusal } from "@bulkhead/core/error";

// Better Auth catches a database's error and answers as if there were no session, or as if a user could not
// be created. So the first error is recorded beside the request, where no catch can swallow it. It can't be
// passed explicitly through a library.
const requests = new AsyncLocalStorage<{ error?: unknown }>();

/** Records, for the request it happens in, what a method of `adapter` rejects with. */
export function recordDatabaseErrors<Adapter extends object>(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]) => {
        const withinTransaction = args.map((work) =>
          name === "transaction" && typeof work === "function"
            ? (trx: object) => work(recordDatabaseErrors(trx))
            : work,
        );
        try {
          return await method.apply(target, withinTransaction);
        } catch (error) {
          record(error);
          throw error;
        }
      };
    },
  });
}

/**
 * Runs `answer`, and replaces its response by the error that the database has raised meanwhile.
 *
 * @throws Refusal if a type or a constraint refused a value, and the answer is an error too
 * @throws the database's error itself if it is any other: no answer can be built on it
 */
export async function withDatabaseErrors(answer: () => Promise<Response>): Promise<Response> {
  const recorded: { error?: unknown } = {};
  const response = await requests.run(recorded, answer).catch((error: unknown) => {
    throw valueRefusal(recorded.error) ?? recorded.error ?? error;
  });
  if (recorded.error === undefined) return response;

  const refusal = valueRefusal(recorded.error);
  if (!refusal) throw recorded.error;
  if (response.status >= 400) throw refusal;
  return response;
}

function record(error: unknown): void {
  const request = requests.getStore();
  if (request && sqlStateOf(error) !== undefined) request.error ??= error;
}

/** The nearest code in the chain: an SQLSTATE, or one of Node's such as ECONNREFUSED. */
function sqlStateOf(error: unknown): string | undefined {
  for (
    let link = error, depth = 0;
    link instanceof Error && depth < 5;
    link = link.cause, depth++
  ) {
    if ("code" in link && typeof link.code === "string") return link.code;
    // Drizzle's message for an update without a field, which Better Auth lets through.
    if (link.message === "No values to set") return "23502";
    if (/^(Connection terminated|timeout e)/.test(link.message)) return "08006";
  }
  return undefined;
}

// Text that is no UUID, too long or out of range, a missing value, and the tables' own checks.
const BAD_VALUE = /^(22P02|22001|22003|22007|22008|23502|23514)$/;
const CONFLICT = /^(23505|23503)$/;

function valueRefusal(error: unknown): Refusal | undefined {
  const state = sqlStateOf(error) ?? "";
  if (BAD_VALUE.test(state)) {
    return new Refusal(
      "invalid",
      "request.invalid_value",
      "A value has the wrong form or length.",
      {
        cause: error,
      },
    );
  }
  if (CONFLICT.test(state)) {
    return new Refusal("conflict", "request.conflict", "It exists already, or was just removed.", {
      cause: error,
    });
  }
  return undefined;
}
