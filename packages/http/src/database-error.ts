import { Refusal } from "@bulkhead/core/error";

// Connection exceptions (class 08), too many connections, lock and statement timeouts, shutdown,
// crash, starting up, idle and transaction timeouts; transactions that lost a conflict at every attempt. PostgreSQL 17, appendix A.
const UNAVAILABLE = /^(08...|53...|55P03|57014|57P0[1-5]|25P03|25P04|40001|40P01)$/;
const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
// pg gives these no code.
const LOST = /^(Connection terminated|timeout exceeded when trying to connect|timeout expired)/;

// NUL and other characters that text and jsonb cannot hold.
const UNSTORABLE = /^(22021|22P05)$/;

const RETRY_AFTER_SECONDS = 5;

/**
 * The refusal for an error of the database that is no bug: it is unavailable or overloaded, or was given text
 * that PostgreSQL cannot store. Undefined for everything else.
 */
export function databaseRefusal(error: unknown): Refusal | undefined {
  for (const one of chain(error)) {
    const code = String(one.code ?? "");
    if (UNSTORABLE.test(code)) {
      return new Refusal(
        "invalid",
        "request.unsupported_character",
        "The request has a character that cannot be stored, such as NUL. Remove it.",
        { cause: error },
      );
    }
    if (UNAVAILABLE.test(code) || NETWORK.test(code) || LOST.test(String(one.message ?? ""))) {
      return new Refusal(
        "unavailable",
        "service.unavailable",
        "The service is busy or waking up. Try again in a few seconds.",
        { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS },
      );
    }
  }
  return undefined;
}

/** The error and its causes, nearest first; five are enough for any wrapper in use. */
function chain(error: unknown): { code?: unknown; message?: unknown }[] {
  const links: { code?: unknown; message?: unknown; cause?: unknown }[] = [];
  for (let link = error; link instanceof Error && links.length < 5; link = link.cause) {
    links.push(link);
  }
  return links;
}
