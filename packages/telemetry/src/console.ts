import { logger } from "./logger.ts";

const HEARD = { debug: "debug", log: "info", info: "info", warn: "warn", error: "error" } as const;

/**
 * Sends what libraries print through the log, where it loses its secrets: some print an error whole,
 * with the parameters of its statement. Call it once, when a process starts.
 *
 * @returns what gives the console back
 */
export function captureConsole(): () => void {
  const printed = { ...console };
  for (const [name, level] of Object.entries(HEARD) as [keyof typeof HEARD, "info"][]) {
    console[name] = (...given: unknown[]) => {
      const text = given.filter((one) => typeof one === "string").join(" ");
      const error = given.find((one) => one instanceof Error);
      logger[level](text || "printed", { from: "console", ...(error && { error }) });
    };
  }
  return () => void Object.assign(console, printed);
}
