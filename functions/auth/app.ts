import type { Auth } from "@bulkhead/auth";
import {
  limitBody,
  notFound,
  problem,
  type RequestEnv,
  requestId,
  requireOrigin,
  traced,
} from "@bulkhead/http";
import { type Context, Hono } from "hono";
import { answer } from "./answer.ts";
import { minimumDuration } from "./minimum-duration.ts";

export type Deps = {
  auth: () => Promise<Auth>;
  originSecret: () => Promise<string>;
  /** Minimum duration of an answer that must not reveal whether an address has an account. @default 500 */
  minimumMilliseconds?: number;
};

// Far more than a form has, and little enough to parse before the caller is authenticated.
const BODY_BYTES = 64 * 1024;

/** Identity over HTTP: Better Auth behind the origin check, with our errors. */
export function createApp({ auth, originSecret, minimumMilliseconds = 500 }: Deps) {
  return new Hono<RequestEnv>()
    .onError(problem)
    .notFound(notFound)
    .use(requestId)
    .use(traced("identity", routeOf))
    .use(requireOrigin(originSecret))
    .use(limitBody(BODY_BYTES))
    .use("/api/auth/sign-up/*", minimumDuration(minimumMilliseconds))
    .use("/api/auth/request-password-reset", minimumDuration(minimumMilliseconds))
    .all("/api/auth/*", async (c) => {
      const { handler } = await auth();
      return answer(c, await handler(c.req.raw, c.get("requestId")));
    });
}

/** The first step of the path only: the next may be a token. `*` for a path of no endpoint. */
function routeOf(c: Context): string {
  const [, step] = /^\/api\/auth\/([a-z-]{1,32})(?:\/|$)/.exec(c.req.path) ?? [];
  return step && c.res.status !== 404 ? `/api/auth/${step}` : "/api/auth/*";
}
