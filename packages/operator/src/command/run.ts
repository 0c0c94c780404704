import { Fault, Unfinished } from "../fault.ts";
import type { Say } from "../move/move.ts";
import type { Surroundings } from "../place/surroundings.ts";
import { commandNamed } from "./commands.ts";
import { readWords, USAGE } from "./read.ts";

/**
 * What became of a command. `unfinished`: there was no time for all of it, and the same words go on from
 * there. `refused`: for a reason that says what to do.
 */
export type Outcome =
  | { kind: "done" }
  | { kind: "unfinished" }
  | { kind: "refused"; reason: string };

/**
 * Does what an operator asks for, in the words of `npm run tenant`.
 *
 * @param signal aborted with an {@link Unfinished} when no time is left
 * @throws whatever is a bug or an outage and no refusal
 */
export async function runCommand(
  args: string[],
  surroundings: () => Promise<Surroundings>,
  say: Say,
  signal?: AbortSignal,
): Promise<Outcome> {
  try {
    const words = readWords(args);
    if (words.command === "" || words.command === "help") {
      say(USAGE);
      return { kind: "done" };
    }
    const command = commandNamed(words.command);
    const found = await surroundings();
    const home = await found.house.open("home");
    try {
      await command({ ...found, home, words, say, signal });
      return { kind: "done" };
    } finally {
      await home.end();
    }
  } catch (error) {
    if (error instanceof Unfinished) return { kind: "unfinished" };
    return refusal(error);
  }
}

/** @throws the error, when it is none that an operator can do something about */
export function refusal(error: unknown): Outcome {
  const reason = reasonIn(error);
  if (reason === undefined) throw error;
  return { kind: "refused", reason };
}

/** A refusal of the database's has its sentence in the detail. */
function reasonIn(error: unknown): string | undefined {
  if (error instanceof Fault) return error.message;
  const { code, detail } = (error ?? {}) as { code?: string; detail?: string };
  return code?.startsWith("BH") ? detail : undefined;
}
