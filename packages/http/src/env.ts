import type { Log } from "@bulkhead/telemetry";

/** What every HTTP function of ours has put on a request before its routes see it. */
export type RequestEnv = { Variables: { requestId: string; log: Log } };
