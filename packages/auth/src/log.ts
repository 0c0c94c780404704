import { logger } from "@bulkhead/telemetry";

type Level = "debug" | "info" | "warn" | "error" | "success";

// Long enough for every sentence of Better Auth's own; the rest is what a caller sent.
const TEXT_LENGTH = 300;

/**
 * Better Auth's lines in our log. Of its further arguments only errors are kept: others quote
 * requests. It calls a caller's mistakes errors too, so nothing is louder than a warning here; what
 * fails in earnest reaches whoever serves us, and is an error there.
 */
export function log(level: Level, message: unknown, ...details: unknown[]): void {
  const error = [message, ...details].find((one) => one instanceof Error);
  const text = typeof message === "string" && message !== "" ? message : "an error";
  const heard = level === "debug" || level === "info" ? level : "warn";
  logger[heard](text.slice(0, TEXT_LENGTH), { from: "better-auth", ...(error && { error }) });
}
