import fc from "fast-check";
import { scripts } from "./script.ts";
import { FAMILIES, type Family } from "./sql.ts";
import { newStage, type Stage, type StageOptions } from "./stage.ts";

const FEW = 40;
/** How many scripts are played: few in `npm test`, as many as one likes with FORGERY_RUNS. */
export const RUNS = Number(process.env.FORGERY_RUNS ?? FEW);
/** Of a failure that was printed, to see it again. @default - always the same one, unless there are many runs */
const SEED = process.env.FORGERY_SEED ?? (process.env.FORGERY_RUNS ? undefined : "20261126");

export const ALL = Object.keys(FAMILIES) as Family[];

type Forging = StageOptions & {
  families?: readonly Family[];
  runs?: number;
  /** Takes a guard out of a stage. */
  change?: (stage: Stage) => Promise<unknown> | unknown;
  /** @default - true, to print a short script that fails */
  shrink?: boolean;
};

/** Plays scripts until one does what must not be done. Undefined when none did. */
export async function forge({
  families = ALL,
  runs = RUNS,
  change,
  shrink = true,
  ...options
}: Forging = {}) {
  const open = async () => {
    const stage = await newStage(options);
    await change?.(stage);
    return stage;
  };
  let stage = await open();
  let spoiled = false;
  const property = fc.asyncProperty(scripts(families), async (script) => {
    // What a script has done once would be found after every other: each failure gets a new stage.
    if (spoiled) stage = await open();
    spoiled = true;
    const wrong = await stage.play(script);
    if (wrong) throw new Error(wrong);
    spoiled = false;
  });
  const details = await fc.check(property, {
    numRuns: runs,
    endOnFailure: !shrink,
    ...(SEED && { seed: Number(SEED) }),
  });
  if (!details.failed) return undefined;
  const { seed, counterexamplePath, counterexample, errorInstance } = details;
  return `${errorInstance}\nFORGERY_SEED=${seed} (path ${counterexamplePath})\n${JSON.stringify(counterexample?.[0], null, 1)}`;
}
