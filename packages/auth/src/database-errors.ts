import { AsyncLocalStorage } from "node:async_hooks";
import { Refusal } from "@bulkhead/core/error";

// Better Auth catches what the database throws at it and answers with what it then believes: that
// nobody is signed in, that a user could not be made. So the first error is remembered beside the
// request, where no catch can swallow it. Explicit passing is not possible through a library.
const requests = new AsyncLocalStorage<{ error?: unknown }>();

/** Remembers, for the request it happens in, whatever a method of `adapter` rejects with. */
export function remembering<Adapter extends object>(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver);
      if (typeof method !== "function") return method;
      return async (...given: unknown[]) => {
        const withinTransaction = given.map((work) =>
          name === "transaction" && typeof work === "function"
            ? (trx: object) => work(remembering(trx))
            : work,
        );
        try {
          return await method.apply(target, withinTransaction);
        } catch (error) {
          remember(error);
          throw error;
        }
      };
    },
  });
}

/**
 * Runs `answer` and judges its response by what the database said meanwhile.
 *
 * @throws Refusal if a value was refused by a type or a constraint and the answer is a "no" as well
 * @throws the database's error itself if it is any other: no answer can be built on it
 */
export async function answerTruthfully(answer: () => Promise<Response>): Promise<Response> {
  const seen: { error?: unknown } = {};
  const response = await requests.run(seen, answer).catch((error: unknown) => {
    throw valueRefusal(seen.error) ?? seen.error ?? error;
  });
  if (seen.error === undefined) return response;

  const refusal = valueRefusal(seen.error);
  if (!refusal) throw seen.error;
  if (response.status >= 400) throw refusal;
  return response;
}

function remember(error: unknown): void {
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
    // Drizzle's word for an update without a field, which Better Auth lets through.
    if (link.message === "No values to set") return "23502";
    if (/^(Connection terminated|timeout e)/.test(link.message)) return "08006";
  }
  return undefined;
}

// Text that is no UUID, too long or out of range, nothing where something is needed, and the tables'
// own checks.
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
