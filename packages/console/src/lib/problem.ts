/** Why a request failed, in words for the user. */
export class Problem extends Error {
  override name = "Problem";
  /** 0 when there was no answer at all. */
  readonly status: number;
  /** What to switch on. `network.*` and `console.*` are the console's own, all others the server's. */
  readonly code: string;
  /** To quote to support. The console generates it, so that it is known without an answer. */
  readonly requestId: string;
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, code, detail, requestId, retryAfterSeconds }: ProblemFields) {
    super(detail);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether there is no session. A wrong password is a 401 too, but not this. */
  get isSignedOut(): boolean {
    return this.status === 401 && !CREDENTIAL_CODES.has(this.code);
  }

  /** Whether the same request may succeed later. */
  get isRetryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

// Better Auth's codes for credentials that are wrong.
const CREDENTIAL_CODES = new Set([
  "INVALID_EMAIL_OR_PASSWORD",
  "INVALID_PASSWORD",
  "INVALID_TOKEN",
]);

export type ProblemFields = {
  status: number;
  code: string;
  detail: string;
  requestId: string;
  retryAfterSeconds?: number | undefined;
};

/** Reads application/problem+json. Any other body gives a problem that depends on the status alone. */
export async function problemFromResponse(response: Response, requestId: string): Promise<Problem> {
  const body: unknown = await response.json().catch(() => ({}));
  const field = (name: string) => {
    const value = (body as Record<string, unknown> | null)?.[name];
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
  if (status >= 500) return "The service could not answer. Your input is kept. Try again.";
  return `The request was refused (${status}).`;
}

/** The problem of a request without an answer. */
export function networkProblem(cause: unknown, requestId: string, online: boolean): Problem {
  const timedOut = cause instanceof Error && cause.name === "TimeoutError";
  if (timedOut) {
    const detail = "The service took too long to answer. You can safely try again.";
    return new Problem({ status: 0, code: "network.timeout", detail, requestId });
  }
  const detail = online
    ? "The service could not be reached. Check your connection and try again."
    : "You are offline. Your input is kept. Try again when you are online.";
  return new Problem({ status: 0, code: "network.offline", detail, requestId });
}

/** Any error as a problem to show. An error that is not a Problem is a bug of the console. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  console.error(error);
  const detail = "Something went wrong on this page. Reload it and try again.";
  return new Problem({ status: -1, code: "console.bug", detail, requestId: "" });
}
