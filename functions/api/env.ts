import type { JobQueue, Objects } from "@bulkhead/core/ports";
import type { Databases } from "@bulkhead/db";
import type { RequestEnv } from "@bulkhead/http";
import type { Context } from "hono";

/**
 * The world outside, as the API needs it. Tests hand in their own. What leaves by the queue or the bucket
 * takes its tenant from the opened context: see `object/exports.ts` of the core.
 */
export type Deps = {
  databases: Databases;
  queue: Pick<JobQueue, "send" | "armSweep">;
  objects: Pick<Objects, "link">;
  /** What the front door adds to every request it lets through. */
  originSecret: () => Promise<string>;
  /** The origin that browsers see, without a path: `https://app.example.com`. */
  publicUrl: string;
  /** After this long a request is given up. Stay below the HTTP API, which gives up at 30 s. @default 25_000 */
  deadlineMilliseconds?: number;
};

export type ApiContext = Context<RequestEnv>;
