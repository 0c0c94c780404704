import type { Token } from "@bulkhead/db";

/** The outcome of one delivery of a token. Its tokens are sent; with `retrySeconds` it is delivered again. */
export type Outcome =
  /** Its effect and its end are committed. */
  | { kind: "done"; task: string; tokens: Token[] }
  /** It ended without its effect, and trying again would not help. */
  | { kind: "failed"; task: string; tokens: Token[]; error: unknown }
  /** The job is finished or unknown, or the token is stale: acknowledge it. */
  | { kind: "gone" }
  /** Its tenant is suspended. It waits in the database: acknowledge the token. */
  | { kind: "requeued" }
  /** Another worker holds the lease, for `retrySeconds`. */
  | { kind: "leased"; retrySeconds: number }
  /** The attempt failed, or could not begin. */
  | { kind: "retry"; task?: string; retrySeconds: number; error: unknown };

/** Why `open_job` opened no context. */
export type Fence =
  | { kind: "gone" }
  | { kind: "leased"; retrySeconds: number }
  | { kind: "suspended" };

/**
 * Reads a fence out of an error. By its code and its message, because a handler's own statement may
 * raise the same class of error for another reason.
 */
export function fenceOf(error: unknown): Fence | undefined {
  const { code, message, detail } = (error ?? {}) as Record<string, unknown>;
  if (code === "BH410" && message === "job.gone") return { kind: "gone" };
  if (code === "BH403" && message === "tenant.suspended") return { kind: "suspended" };
  if (code === "BH409" && (message === "job.leased" || message === "tenant.paused")) {
    return { kind: "leased", retrySeconds: Number(detail) };
  }
  return undefined;
}
