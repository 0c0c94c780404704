import { runCommand } from "./command/run.ts";
import { findSurroundings } from "./place/here.ts";
import { runInStage } from "./remote/stage.ts";

// `npm run tenant -- …`: moves, exports and restores tenants, in what runs on this machine or, with
// `--stage`, in the cloud. Exits 1 when it did not do what it was asked; whatever it did by then, the
// same command goes on from there.
const words = process.argv.slice(2);
const say = (line: string) => console.log(line);

const outcome = (await runInStage(words, say)) ?? (await runCommand(words, findSurroundings, say));
if (outcome.kind === "refused") console.error(outcome.reason);
if (outcome.kind !== "done") process.exitCode = 1;
