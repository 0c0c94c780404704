import { type Log, logger } from "./logger.ts";

/** A logger as libraries take one. */
export type LibraryLog = Record<keyof Log, (...given: unknown[]) => void>;

/**
 * The log as a library is handed it, in place of the console: a text and an error are kept, further
 * arguments are not, because some libraries print what they were given.
 */
export function libraryLog(from: string): LibraryLog {
  const write =
    (level: keyof Log) =>
    (...given: unknown[]) => {
      const text = given.filter((one) => typeof one === "string").join(" ");
      const error = given.find((one) => one instanceof Error);
      logger[level](text || "library message", { from, ...(error && { error }) });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}
