import type { RefusalKind } from "@bulkhead/core/error";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** The one place where a refusal becomes HTTP. Does not compile until every kind has its status. */
export const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  unprocessable: 422,
  limit: 429,
  unavailable: 503,
} as const satisfies Record<RefusalKind, ContentfulStatusCode>;

/**
 * The reason phrase of a status. Not by `import`, which loads all of `node:http`, a WebSocket client included:
 * a tenth of a function's start.
 */
export const titleOf = (status: number): string =>
  process.getBuiltinModule("node:http").STATUS_CODES[status] ?? "Error";
