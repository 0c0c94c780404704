import { setTimeout as sleep } from "node:timers/promises";
import { createMiddleware } from "hono/factory";

/** Holds an answer back until `milliseconds` have passed, so that its time reveals nothing. */
export const minimumDuration = (milliseconds: number) =>
  createMiddleware(async (_, next) => {
    const elapsed = sleep(milliseconds);
    await next();
    await elapsed;
  });
