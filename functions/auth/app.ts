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
  /** The least time that an answer takes which must not tell whether an address is known. @default 500 */
  paceMilliseconds?: number;
};

// Far more than a form has, and little enough to be parsed before anybody is known.
const BODY_BYTES = 64 * 1024;

/** Identity over HTTP: Better Auth behind our front door, with our errors. */
export function createApp({ auth, originSecret, paceMilliseconds = 500 }: Deps) {
  return new Hono<RequestEnv>()
    .onError(problem)
    .notFound(notFound)
    .use(requestId)
    .use(traced("identity", routeOf))
    .use(requireOrigin(originSecret))
    .use(limitBody(BODY_BYTES))
    .use("/api/auth/sign-up/*", minimumDuration(paceMilliseconds))
    .use("/api/auth/request-password-reset", minimumDuration(paceMilliseconds))
    .all("/api/auth/*", async (c) => {
      const { handler } = await auth();
      return answer(c, await handler(c.req.raw, c.get("requestId")));
    });
}

/** One step of the path and no more: what comes after it may be a token. Nothing of what is not there. */
function routeOf(c: Context): string {
  const [, step] = /^\/api\/auth\/([a-z-]{1,32})(?:\/|$)/.exec(c.req.path) ?? [];
  return step && c.res.status !== 404 ? `/api/auth/${step}` : "/api/auth/*";
}
