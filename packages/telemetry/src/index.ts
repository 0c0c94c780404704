export { captureConsole } from "./console.ts";
export { describeError, type ErrorDescription } from "./describe-error.ts";
export { childLogger, type Log, type LogKeys, logger } from "./logger.ts";
export { count, metrics } from "./metrics.ts";
export { isSecretName, redactText } from "./redact.ts";
export { type Tracer, tracer, traceWith } from "./tracer.ts";
