import { readOptions } from "./cloud/options.ts";
import { startCloud } from "./cloud/start.ts";
import { StartError } from "./shared/start-error.ts";
import { createClosers } from "./supervise/closers.ts";
import { stopOnSignals } from "./supervise/signals.ts";

const log = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * Runs the CDK app of a repository until a signal arrives. PORT and BULKHEAD_HOME choose port and folder.
 * Prints `ready URL` when it serves, and exits with 1 after one error message when it cannot.
 */
export async function run(root: string): Promise<void> {
  hideExperimentalWarnings();
  const closers = createClosers();
  const signal = stopOnSignals(closers, log);

  async function fail(error: unknown): Promise<never> {
    if (!signal.aborted) console.error(error instanceof StartError ? error.message : error);
    await closers.close();
    process.exit(signal.aborted ? 0 : 1);
  }
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);

  try {
    const failed = (why: string) => void fail(new StartError(why));
    const url = await startCloud(readOptions(process.env, root), { closers, log, signal, failed });
    if (!signal.aborted) log(`ready ${url}`);
  } catch (error) {
    await fail(error);
  }
}

/** Node warns that node:sqlite is experimental, which a developer cannot change. */
function hideExperimentalWarnings(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") console.error(warning);
  });
}
