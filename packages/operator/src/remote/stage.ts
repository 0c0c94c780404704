import type { Output } from "../command/commands.ts";
import { type Outcome, refusal } from "../command/run.ts";
import { findCaller, findFunction } from "./find.ts";
import { lambdaInvoke, runRemotely } from "./invoke.ts";

/** With `--stage NAME` among the arguments, has that stage's operator function run the command. */
export async function runInStage(args: string[], output: Output): Promise<Outcome | undefined> {
  const index = args.indexOf("--stage");
  if (index < 0) return undefined;
  const stage = args[index + 1];
  if (!stage) return { kind: "refused", reason: "--stage is missing its NAME: dev or prod." };
  try {
    const [invoke, caller] = await Promise.all([
      findFunction(stage).then(lambdaInvoke),
      findCaller(),
    ]);
    return await runRemotely(invoke, { args: args.toSpliced(index, 2), caller }, output);
  } catch (error) {
    return refusal(error);
  }
}
