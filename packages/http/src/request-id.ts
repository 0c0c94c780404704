import { randomUUID } from "node:crypto";
import { logger } from "@bulkhead/telemetry";
import { createMiddleware } from "hono/factory";
import type { RequestEnv } from "./env.ts";

// Short and without separators: it is signed into the tenant context and printed in logs.
const VALID = /^[A-Za-z0-9_.-]{1,64}$/;

/** Names the request, by the caller's `x-request-id` if it is valid. First of all middleware. */
export const requestId = createMiddleware<RequestEnv>(async (c, next) => {
  const given = c.req.header("x-request-id");
  const id = given && VALID.test(given) ? given : randomUUID();
  c.set("requestId", id);
  c.set("log", logger);
  await next();
  c.header("x-request-id", id);
});
