/** Why a request came to nothing, in words for the person who made it. */
export class Problem extends Error {
  override name = "Problem";
  /** 0 when there was no answer at all. */
  readonly status: number;
  /** What to switch on. `network.*` are our own, all others the server's. */
  readonly code: string;
  /** What to quote to whoever runs the product. We make it, so it is known without an answer, too. */
  readonly requestId: string;
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, code, detail, requestId, retryAfterSeconds }: ProblemFields) {
    super(detail);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether there is no session (any more): something else than a wrong password, which is a 401 too. */
  get isSignedOut(): boolean {
    return this.status === 401 && !NOT_A_SESSION.has(this.code);
  }

  /** Whether the same request may well succeed later: nothing about it was wrong. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

// Better Auth's refusals of what was entered.
const NOT_A_SESSION = new Set(["INVALID_EMAIL_OR_PASSWORD", "INVALID_PASSWORD", "INVALID_TOKEN"]);

export type ProblemFields = {
  status: number;
  code: string;
  detail: string;
  requestId: string;
  retryAfterSeconds?: number | undefined;
};

/** Reads application/problem+json, and makes the best of anything else. */
export async function problemOf(response: Response, requestId: string): Promise<Problem> {
  const said: unknown = await response.json().catch(() => ({}));
  const field = (name: string) => {
    const value = (said as Record<string, unknown> | null)?.[name];
    return typeof value === "string" ? value : undefined;
  };
  const wait = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new Problem({
    status: response.status,
    code: field("code") ?? `http.${response.status}`,
    detail: field("detail") ?? fallback(response.status),
    requestId: field("request_id") ?? response.headers.get("x-request-id") ?? requestId,
    retryAfterSeconds: Number.isFinite(wait) ? wait : undefined,
  });
}

function fallback(status: number): string {
  if (status >= 500) return "The service could not answer. Nothing you entered is lost: try again.";
  return `The service refused this (${status}).`;
}

/** What was thrown when there was no answer. */
export function noAnswer(cause: unknown, requestId: string, online: boolean): Problem {
  const timedOut = cause instanceof Error && cause.name === "TimeoutError";
  if (timedOut) {
    const detail = "There was no answer in time. Try again: nothing is done twice.";
    return new Problem({ status: 0, code: "network.timeout", detail, requestId });
  }
  const detail = online
    ? "The service could not be reached. Check your connection and try again."
    : "You are offline. Nothing you entered is lost: try again when you are back.";
  return new Problem({ status: 0, code: "network.offline", detail, requestId });
}

/** Anything thrown, as a problem to show. What is not one is a bug of ours. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  const detail = "This page ran into a bug. Reload it and try again.";
  return new Problem({ status: -1, code: "console.bug", detail, requestId: "" });
}
