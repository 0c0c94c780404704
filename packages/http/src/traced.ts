import {
  annotate,
  currentTraceId,
  failed,
  inWork,
  parseClick,
  parseTraceparent,
  type Scope,
} from "@bulkhead/telemetry";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import type { RequestEnv } from "./env.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * A request as a piece of work, in the trace that its `traceparent` names or in a new one.
 * The answer, a refusal too, carries the trace's id in `x-trace-id`. After `requestId`, before all else.
 */
export const traced = (scope: Scope, routeOf: (c: Context) => string = lastRoute) =>
  createMiddleware<RequestEnv>((c, next) => {
    const parent = parseTraceparent(c.req.header("traceparent"));
    const method = METHODS.has(c.req.method) ? c.req.method : "_OTHER";
    const options = {
      name: method,
      kind: "server",
      scope,
      requestId: c.get("requestId"),
      parent,
      tracestate: c.req.header("tracestate"),
      click: parseClick(c.req.header("x-click")),
    } as const;
    return inWork(options, async () => {
      await next();
      const route = routeOf(c);
      const status = c.res.status;
      annotate(
        {
          "http.request.method": method,
          "http.route": route,
          "http.response.status_code": status,
        },
        `${method} ${route}`,
      );
      if (status >= 500) failed(c.error ?? { code: String(status) });
      c.header("x-trace-id", currentTraceId());
    });
  });

const lastRoute = (c: Context) => routePath(c, -1);
