import { Refusal, type RefusalKind } from "../error/index.ts";
import type { Ctx } from "./ctx.ts";

/** A PostgreSQL error, as far as it is read here. */
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

// The tenant is being moved, or its database cannot be reached: nothing was done, and a retry can succeed.
const UNAVAILABLE: Record<string, (error: DatabaseError) => Refusal> = {
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
const VIOLATED: Record<string, (error: DatabaseError) => [RefusalKind, string, string]> = {
  "23505": () => [
    "conflict",
    "resource.exists",
    "A resource with these values exists already. Change them, or use the existing one.",
  ],
  "23503": () => [
    "unprocessable",
    "resource.reference_missing",
    "It refers to a resource that does not exist, or another resource still refers to it.",
  ],
  "23514": ({ constraint }) => [
    "invalid",
    "resource.constraint_violated",
    `The values violate the constraint ${constraint}. Change them.`,
  ],
  "22021": () => UNSTORABLE,
  "22P05": () => UNSTORABLE,
};

const UNSTORABLE: [RefusalKind, string, string] = [
  "invalid",
  "request.unsupported_character",
  "The request has a character that cannot be stored, such as NUL. Remove it.",
];

/**
 * The one place where an error of the database becomes a refusal. Any other error passes through: a bug, or
 * a fault that the transport translates.
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

  const unavailable = UNAVAILABLE[code]?.(error);
  if (unavailable) return unavailable;

  const violated = VIOLATED[code]?.(error);
  if (violated) return new Refusal(...violated, { cause: error });

  // The abort cut the connection: it is the cause, whatever error the driver reports.
  if (!signal?.aborted) return undefined;
  // It may have been committed: only a retry with its Idempotency-Key finds out.
  const late =
    "The request took too long. Try again, with the same Idempotency-Key if there was one.";
  return new Refusal("unavailable", "request.timed_out", late, { cause: error });
}

/** The same refusal, word for word, that a mutation gets from the database. Another tenant's resource gets it too. */
export const missing = () =>
  new Refusal("missing", "resource.missing", "There is no such thing in this tenant.");

/** Text that PostgreSQL can't hold, found before it is sent. */
export const unstorable = () => new Refusal(...UNSTORABLE);
