import type { Closers } from "./closers.ts";

/**
 * Closes everything on SIGINT, SIGTERM or SIGHUP and then exits; a second signal exits at once.
 * The returned signal aborts with the first one.
 */
export function stopOnSignals(closers: Closers, log: (line: string) => void): AbortSignal {
  const stopping = new AbortController();
  const stop = async () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
    log("stopping");
    await closers.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // A closed output must not crash the shutdown and leave processes behind.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return stopping.signal;
}
