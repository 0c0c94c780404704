import type { Scope } from "../scopes.ts";
import type { Span } from "./span.ts";

/**
 * One thing that was asked of this process, from its beginning to its end: a request, a job's delivery,
 * a sweep. Its trace, request and tenant are those of every span, line and metric that comes of it.
 */
export type Work = {
  traceId: string;
  sampled: boolean;
  /** The header `tracestate` of the request. */
  tracestate: string | undefined;
  /** X-Ray's id of the invocation, `1-…`, which is another one when the trace began in a browser. */
  xrayId: string | undefined;
  requestId: string;
  /** Stands in for the tenant until it is known. */
  scope: Scope;
  tenantId?: string;
  /** `user:…`, `key:…`, `job:…`: an id, never a name. */
  actor?: string;
  jobId?: string;
  /**
   * The time of day at `performance.now()` 0, in milliseconds. Taken anew for each: a frozen process's
   * monotonic clock stands still. Nested work takes the outer one's, because the time of day has whole
   * milliseconds, and a part must not seem to outlast the whole.
   */
  zero: number;
  /** Whether it is done within other work, as each delivery of a batch is. */
  isNested: boolean;
  root: Span;
  /** Those that are over. */
  spans: Span[];
  /** What makes more of them, once it is certain that the trace is kept. */
  unmade: (() => void)[];
  /** Spans that there was no room for. */
  lost: number;
  failed: boolean;
};

/** A trace with a failure in it is kept, whatever the sampling says. */
export const isKept = ({ sampled, failed }: Work): boolean => sampled || failed;
