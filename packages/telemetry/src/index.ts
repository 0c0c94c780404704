export type { TelemetryConfig } from "./config.ts";
export { beginStatement, observeDatabase, summaryOf } from "./database.ts";
export { reportDatabase } from "./database-event.ts";
export { describeError, type ErrorDescription } from "./describe-error.ts";
export { type LibraryLog, libraryLog } from "./library-log.ts";
export { type Log, logger } from "./logger.ts";
export { count, METRICS, type MetricName } from "./metrics.ts";
export { isSecretName, redactText } from "./redact.ts";
export { SCOPES, type Scope } from "./scopes.ts";
export { startTelemetry, type Telemetry } from "./start.ts";
export { type Click, parseClick } from "./trace/click.ts";
export {
  adopt,
  annotate,
  currentTraceId,
  currentTraceparent,
  failed,
  inSpan,
  inWork,
  labels,
  outsideWork,
  setIdentity,
  type WorkOptions,
} from "./trace/in-work.ts";
export type { Attributes, Kind } from "./trace/span.ts";
export { parseTraceparent, type TraceParent } from "./trace/traceparent.ts";
