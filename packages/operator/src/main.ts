import { runCommand } from "./command/run.ts";
import { localEnvironment } from "./environment/local.ts";
import { type Log, logLine } from "./log.ts";
import { runInStage } from "./remote/stage.ts";

// `npm run tenant -- …`: moves, exports and restores tenants, on this machine or, with `--stage`, in the
// cloud. Exits with 1 when the command was not completed; the same command continues from there.
const args = process.argv.slice(2);
const print = (text: string) => console.log(text);
const log: Log = (event, fields) => print(logLine(event, fields));
const output = { print, log };

const outcome =
  (await runInStage(args, output)) ?? (await runCommand(args, localEnvironment, output));
if (outcome.kind === "refused") console.error(outcome.reason);
if (outcome.kind !== "done") process.exitCode = 1;
