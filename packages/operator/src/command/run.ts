import type { Environment } from "../environment/environment.ts";
import { OperatorError, TimeBudgetExceeded } from "../errors.ts";
import { findCommand, type Output } from "./commands.ts";
import { parseOptions, USAGE } from "./options.ts";

/**
 * How a command ended. `unfinished`: the time budget was used up, and the same command continues from there.
 * `refused`: for a reason that says what to do.
 */
export type Outcome =
  | { kind: "done" }
  | { kind: "unfinished" }
  | { kind: "refused"; reason: string };

/**
 * Runs a command, given the arguments of `npm run tenant`.
 *
 * @param signal aborted with a {@link TimeBudgetExceeded} when the time budget is used up
 * @throws every error that is a bug or an outage
 */
export async function runCommand(
  args: string[],
  findEnvironment: () => Promise<Environment>,
  output: Output,
  signal?: AbortSignal,
): Promise<Outcome> {
  try {
    const options = parseOptions(args);
    if (options.command === "" || options.command === "help") {
      output.print(USAGE);
      return { kind: "done" };
    }
    const command = findCommand(options.command);
    const environment = await findEnvironment();
    const home = await environment.directory.open("home");
    try {
      await command({ ...environment, ...output, home, options, signal });
      return { kind: "done" };
    } finally {
      await home.end();
    }
  } catch (error) {
    if (error instanceof TimeBudgetExceeded) return { kind: "unfinished" };
    return refusal(error);
  }
}

/** @throws the error, when the operator can't act on it */
export function refusal(error: unknown): Outcome {
  const reason = reasonOf(error);
  if (reason === undefined) throw error;
  return { kind: "refused", reason };
}

/** A refusal of the database's has its sentence in the detail. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof OperatorError) return error.message;
  const { code, detail } = (error ?? {}) as { code?: string; detail?: string };
  return code?.startsWith("BH") ? detail : undefined;
}
