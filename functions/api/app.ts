import {
  limitBody,
  notFound,
  problem,
  problemResponse,
  type RequestEnv,
  requestId,
  requireOrigin,
  traced,
} from "@bulkhead/http";
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { Deps } from "./env.ts";
import { pattern, type Route } from "./route.ts";
import { routes } from "./routes/index.ts";
import { serve } from "./serve.ts";

const BODY_BYTES = 1_000_000;

/** The API over HTTP: every route of the table behind the same middleware. */
export function createApp(deps: Deps, table: readonly Route[] = routes) {
  const app = new Hono<RequestEnv>()
    .onError(problem)
    .notFound(notFound)
    .use(requestId)
    .use(traced("unidentified"))
    .use(responseHeaders)
    .use(requireOrigin(deps.originSecret))
    .use(limitBody(BODY_BYTES));

  for (const route of table) app.on(route.method, pattern(route.path), serve(route, deps));
  for (const [path, methods] of Map.groupBy(table, (route) => route.path)) {
    const allow = methods.map(({ method }) => method.toUpperCase()).join(", ");
    app.all(pattern(path), (c) => {
      const detail = `This path allows ${allow}.`;
      const answer = problemResponse(c, { status: 405, code: "method.not_allowed", detail });
      answer.headers.set("allow", allow);
      return answer;
    });
  }
  return app;
}

/** No answer is cached, because it is one tenant's; none is sniffed for another content type. */
const responseHeaders = createMiddleware(async (c, next) => {
  await next();
  c.header("cache-control", "no-store");
  c.header("x-content-type-options", "nosniff");
  if (c.res.status === 401) c.header("www-authenticate", 'Bearer realm="bulkhead"');
});
