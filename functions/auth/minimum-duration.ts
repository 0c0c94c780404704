import { setTimeout as sleep } from "node:timers/promises";
import { createMiddleware } from "hono/factory";

/** Holds an answer back until `milliseconds` have passed, so that its time tells nothing about what was done. */
export const minimumDuration = (milliseconds: number) =>
  createMiddleware(async (_, next) => {
    const pace = sleep(milliseconds);
    await next();
    await pace;
  });
