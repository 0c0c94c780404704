import { Refusal } from "@bulkhead/core/error";
import { logger } from "@bulkhead/telemetry";
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { databaseRefusal } from "./database-error.ts";
import type { RequestEnv } from "./env.ts";
import { STATUS, titleOf } from "./status.ts";

/** RFC 9457. Clients switch on `code`, which never changes; `request_id` is for support. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  request_id: string;
};

export type ProblemInput = {
  status: number;
  code: string;
  detail: string;
  retryAfterSeconds?: number | undefined;
};

/** Answers with application/problem+json. `extra` members follow the standard ones. */
export function problemResponse(
  c: Context<RequestEnv>,
  { status, code, detail, retryAfterSeconds }: ProblemInput,
  extra: Record<string, unknown> = {},
): Response {
  const body: Problem = {
    type: `/problems/${code}`,
    title: titleOf(status),
    status,
    code,
    detail,
    request_id: c.get("requestId"),
  };
  const headers = new Headers({ "content-type": "application/problem+json" });
  headers.set("cache-control", "no-store");
  if (body.request_id) headers.set("x-request-id", body.request_id);
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return new Response(JSON.stringify({ ...body, ...extra }), { status, headers });
}

/** Turns any error into an answer. The details of a bug are in the log only. */
export const problem: ErrorHandler<RequestEnv> = (error, c) => {
  if (error instanceof HTTPException && error.status < 500) {
    const detail = error.message || titleOf(error.status);
    return problemResponse(c, { status: error.status, code: codeOf(error.status), detail });
  }

  const refusal = error instanceof Refusal ? error : databaseRefusal(error);
  if (refusal) {
    if (refusal.kind === "unavailable") logOf(c).warn("service unavailable", { error });
    return problemResponse(c, {
      status: STATUS[refusal.kind],
      code: refusal.code,
      detail: refusal.message,
      retryAfterSeconds: refusal.retryAfterSeconds,
    });
  }

  logOf(c).error("request failed", { error, method: c.req.method });
  return problemResponse(c, {
    status: 500,
    code: "internal",
    detail: "Internal error. Contact support with the request id.",
  });
};

/** No route has this path. */
export const notFound: NotFoundHandler<RequestEnv> = (c) =>
  problemResponse(c, {
    status: 404,
    code: "route.missing",
    detail: "No route has this path. Check the path and the method.",
  });

/** A code for what Hono itself refuses with a status and a message. */
function codeOf(status: number): string {
  const kind = Object.entries(STATUS).find(([, of]) => of === status)?.[0];
  return `request.${kind ?? status}`;
}

// No log means an error before `requestId` ran, which only a wrong order of middleware can cause.
const logOf = (c: Context<RequestEnv>) => c.get("log") ?? logger;
