import type { JobQueue, Objects } from "@bulkhead/core/ports";
import type { Databases } from "@bulkhead/db";
import type { RequestEnv } from "@bulkhead/http";
import type { Context } from "hono";

/**
 * What the API needs of the world outside. Tests pass their own. What leaves by the queue or the bucket
 * takes its tenant from the opened context: see `object/exports.ts` of the core.
 */
export type Deps = {
  databases: Databases;
  queue: Pick<JobQueue, "send" | "armSweep">;
  objects: Pick<Objects, "link">;
  /** The secret that CloudFront adds to every request. */
  originSecret: () => Promise<string>;
  /** The origin that browsers see, without a path: `https://app.example.com`. */
  publicUrl: string;
  /** The timeout of a request. Stay below the HTTP API's 30 s. @default 25_000 */
  deadlineMilliseconds?: number;
};

export type ApiContext = Context<RequestEnv>;
