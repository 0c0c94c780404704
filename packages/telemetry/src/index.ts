export { captureConsole } from "./console.ts";
export { beginStatement, observeDatabase, summaryOf } from "./database.ts";
export { reportDatabase } from "./database-event.ts";
export { describeError, type ErrorDescription } from "./describe-error.ts";
export { type Log, logger } from "./logger.ts";
export { count, METRICS, type MetricName } from "./metrics.ts";
export { isSecretName, redactText } from "./redact.ts";
export { SCOPES, type Scope } from "./scopes.ts";
export { startTelemetry, type Telemetry, type TelemetryConfig } from "./start.ts";
export { type Click, parseClick } from "./trace/click.ts";
export type { Attributes, Kind } from "./trace/span.ts";
export {
  parseTraceparent,
  parseTracestate,
  type TraceParent,
} from "./trace/traceparent.ts";
export {
  adopt,
  annotate,
  currentTraceId,
  currentTraceparent,
  failed,
  inSpan,
  inWork,
  known,
  labels,
  outsideWork,
  type WorkOptions,
} from "./trace/work.ts";
