import { Refusal, type RefusalKind } from "../error/index.ts";
import type { Ctx } from "./ctx.ts";

/** What can be known of a PostgreSQL error without its driver. */
type DatabaseError = {
  code?: string;
  message: string;
  detail?: string;
  hint?: string;
  constraint?: string;
};

// Raised by our own functions: the message is the code, the detail is for people.
const RAISED: Record<string, RefusalKind> = {
  BH400: "invalid",
  BH401: "unauthenticated",
  BH403: "forbidden",
  BH404: "missing",
  BH409: "conflict",
  BH410: "missing",
  BH422: "unprocessable",
};

// The tenant is being moved, or its database can't be reached: nothing was done, and soon it can be.
const AWAY: Record<string, (error: DatabaseError) => Refusal> = {
  BH503: (cause) =>
    new Refusal("unavailable", cause.message, cause.detail ?? "", {
      cause,
      retryAfterSeconds: Number(cause.hint ?? RETRY_SECONDS),
    }),
  BH307: (cause) =>
    new Refusal(
      "unavailable",
      "tenant.unreachable",
      "This tenant's data can't be reached at the moment. Try again in a few seconds.",
      { cause, retryAfterSeconds: RETRY_SECONDS },
    ),
};
const RETRY_SECONDS = 5;

// Raised by constraints and types, where what the caller sent can be the reason. PostgreSQL 17, appendix A.
const BROKEN: Record<string, (error: DatabaseError) => [RefusalKind, string, string]> = {
  "23505": () => ["conflict", "resource.exists", "There is one like it already."],
  "23503": () => [
    "unprocessable",
    "resource.reference_missing",
    "It refers to something that does not exist, or is still referred to.",
  ],
  "23514": ({ constraint }) => [
    "invalid",
    "resource.rule_broken",
    `This breaks the rule ${constraint}.`,
  ],
  "22021": () => UNSTORABLE,
  "22P05": () => UNSTORABLE,
};

const UNSTORABLE: [RefusalKind, string, string] = [
  "invalid",
  "request.unstorable_text",
  "The request holds a character that cannot be stored, such as NUL. Remove it.",
];

/**
 * The one place where an error of the database becomes a "no". What is not one passes through: it is
 * a bug, or trouble that the transport knows how to speak of.
 *
 *     await transact(…).catch(refused(ctx))
 */
export const refused =
  ({ signal }: Pick<Ctx, "signal">) =>
  (error: unknown): never => {
    throw refusalOf(error as DatabaseError, signal) ?? error;
  };

function refusalOf(error: DatabaseError, signal?: AbortSignal): Refusal | undefined {
  const { code = "", message, detail = "" } = error;
  const raised = RAISED[code];
  if (raised) return new Refusal(raised, message, detail, { cause: error });

  const away = AWAY[code]?.(error);
  if (away) return away;

  const broken = BROKEN[code]?.(error);
  if (broken) return new Refusal(...broken, { cause: error });

  // Whatever the driver says of a connection that was cut under it, this is why.
  if (!signal?.aborted) return undefined;
  // It may have been committed all the same: only a retry with its Idempotency-Key finds out.
  const late = "This took too long. Try again, with the same Idempotency-Key if there was one.";
  return new Refusal("unavailable", "request.timed_out", late, { cause: error });
}

/** The same "no" that a mutation ends with in the database: another tenant's thing does not exist either. */
export const missing = () =>
  new Refusal("missing", "resource.missing", "There is no such thing in this tenant.");

/** Text that PostgreSQL can't hold, found before it is sent. */
export const unstorable = () => new Refusal(...UNSTORABLE);
