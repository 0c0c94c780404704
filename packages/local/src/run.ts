import { readOptions } from "./cloud/options.ts";
import { startCloud } from "./cloud/start.ts";
import { StartError } from "./shared/start-error.ts";
import { createClosers } from "./supervise/closers.ts";
import { stopOnSignals } from "./supervise/signals.ts";

const say = (line: string) => void process.stdout.write(`${line}\n`);

/**
 * Runs the CDK app of a repository until a signal comes: PORT and BULKHEAD_HOME say where. Prints
 * `ready URL` when it serves, and exits with 1 after one clear complaint when it can't.
 */
export async function run(root: string): Promise<void> {
  quietExperiments();
  const closers = createClosers();
  const signal = stopOnSignals(closers, say);

  async function fail(error: unknown): Promise<never> {
    if (!signal.aborted) console.error(error instanceof StartError ? error.message : error);
    await closers.close();
    process.exit(signal.aborted ? 0 : 1);
  }
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);

  try {
    const failed = (why: string) => void fail(new StartError(why));
    const url = await startCloud(readOptions(process.env, root), { closers, say, signal, failed });
    if (!signal.aborted) say(`ready ${url}`);
  } catch (error) {
    await fail(error);
  }
}

/** Node warns that node:sqlite is young. Whoever starts the product can do nothing about it. */
function quietExperiments(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") console.error(warning);
  });
}
