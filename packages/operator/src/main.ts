import { commandNamed } from "./command/commands.ts";
import { readWords, USAGE } from "./command/read.ts";
import { Fault } from "./fault.ts";
import { findSurroundings } from "./place/surroundings.ts";

// `npm run tenant -- …`: moves, exports and restores tenants. Exits 1 when it did not do what it was
// asked; whatever it did by then, the same command goes on from there.
const say = (line: string) => console.log(line);

async function main(args: string[]): Promise<void> {
  const words = readWords(args);
  if (words.command === "" || words.command === "help") return say(USAGE);
  const command = commandNamed(words.command);
  const { house, bucket } = await findSurroundings();
  const home = await house.open("home");
  try {
    await command({ house, home, bucket, words, say });
  } finally {
    await home.end();
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(told(error));
  process.exitCode = 1;
}

/** A refusal of the database's has its sentence in the detail; a bug is shown whole. */
function told(error: unknown): unknown {
  if (error instanceof Fault) return error.message;
  const { code, detail } = (error ?? {}) as { code?: string; detail?: string };
  return code?.startsWith("BH") && detail ? detail : error;
}
