import { logger } from "@bulkhead/telemetry";

type Level = "debug" | "info" | "warn" | "error" | "success";

// Longer than every message of Better Auth's own; the rest is what a caller sent.
const TEXT_LENGTH = 300;

/**
 * Better Auth's lines in our log. Of its further arguments only errors are kept: others quote requests. It
 * logs a caller's mistakes as errors too, so the level is a warning at most: a fault is thrown by the
 * handler, and logged as an error there.
 */
export function log(level: Level, message: unknown, ...details: unknown[]): void {
  const error = [message, ...details].find((one) => one instanceof Error);
  const text = typeof message === "string" && message !== "" ? message : "library message";
  const ours = level === "debug" || level === "info" ? level : "warn";
  logger[ours](text.slice(0, TEXT_LENGTH), { from: "better-auth", ...(error && { error }) });
}
