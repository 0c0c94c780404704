import { Logger } from "@aws-lambda-powertools/logger";
import { describeError } from "./describe-error.ts";
import { isSecretName, redactText } from "./redact.ts";

/** The four verbs a line is written with. Fields go into an object after the message. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

/** What ties a line to its request. */
export type LogKeys = { requestId?: string; tenantId?: string; jobId?: string };

/**
 * The one logger of a process: JSON lines, named by POWERTOOLS_SERVICE_NAME, at the level of
 * POWERTOOLS_LOG_LEVEL. Whatever it is handed, no credential and no statement parameter leaves it.
 */
export const logger = new Logger({ jsonReplacerFn: safe });

/**
 * A logger whose lines carry `keys`. Making Powertools' child costs 60 µs, as much as a third of a
 * read, so that a request which logs nothing does not make one.
 */
export function childLogger(keys: LogKeys): Log {
  let child: Logger | undefined;
  const open = () => {
    child ??= logger.createChild({ persistentKeys: keys });
    return child;
  };
  return {
    debug: (message, ...extra) => open().debug(message, ...extra),
    info: (message, ...extra) => open().info(message, ...extra),
    warn: (message, ...extra) => open().warn(message, ...extra),
    error: (message, ...extra) => open().error(message, ...extra),
  };
}

function safe(name: string, value: unknown): unknown {
  if (isSecretName(name)) return "***";
  if (value instanceof Error) return describeError(value);
  if (typeof value === "string") return redactText(value);
  return value;
}
