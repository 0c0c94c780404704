import { type Outcome, refusal } from "../command/run.ts";
import type { Say } from "../move/move.ts";
import { askOperator, lambdaCall } from "./ask.ts";
import { findOperator, nameOfCaller } from "./find.ts";

/** With `--stage NAME` among the words: has that stage's operator function do what the others say. */
export async function runInStage(words: string[], say: Say): Promise<Outcome | undefined> {
  const at = words.indexOf("--stage");
  if (at < 0) return undefined;
  const stage = words[at + 1];
  if (!stage) return { kind: "refused", reason: "--stage names no stage: say dev or prod." };
  try {
    const [call, by] = await Promise.all([findOperator(stage).then(lambdaCall), nameOfCaller()]);
    return await askOperator(call, { words: words.toSpliced(at, 2), by }, say);
  } catch (error) {
    return refusal(error);
  }
}
