import type { Log } from "@bulkhead/telemetry";

/** What every HTTP function sets on a request before its routes run. */
export type RequestEnv = { Variables: { requestId: string; log: Log } };
