import { Logger } from "@aws-lambda-powertools/logger";
import { describeError } from "./describe-error.ts";
import { LabelledLines } from "./lines.ts";
import { isSecretName, redactText } from "./redact.ts";

/** The four verbs a line is written with. Fields go into an object after the message. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;

let made: Logger | undefined;

/** Made for the first line: it opens standard output, which a process's start need not wait for. */
function openLogger(): Logger {
  made ??= new Logger({ jsonReplacerFn: safe, logFormatter: new LabelledLines() });
  return made;
}

/**
 * The one logger of a process: JSON lines, named by POWERTOOLS_SERVICE_NAME, at the level of
 * POWERTOOLS_LOG_LEVEL, each marked with the tenant (or the scope), the request and the trace of the
 * work it is written in. Whatever it is handed, no credential and no statement parameter leaves it.
 */
export const logger: Log & Pick<Logger, "getLevelName" | "setLogLevel"> = {
  debug: (message, ...more) => openLogger().debug(message, ...more),
  info: (message, ...more) => openLogger().info(message, ...more),
  warn: (message, ...more) => openLogger().warn(message, ...more),
  error: (message, ...more) => openLogger().error(message, ...more),
  getLevelName: () => openLogger().getLevelName(),
  setLogLevel: (level) => openLogger().setLogLevel(level),
};

function safe(name: string, value: unknown): unknown {
  if (isSecretName(name)) return "***";
  if (value instanceof Error) return describeError(value);
  if (typeof value === "string") return redactText(value);
  return value;
}
