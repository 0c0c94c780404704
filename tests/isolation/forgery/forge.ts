import fc from "fast-check";
import { type Script, scripts } from "./script.ts";
import { FAMILIES, type Family, UNCERTAIN } from "./sql.ts";
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
export async function forge({ change, ...options }: Forging = {}): Promise<string | undefined> {
  const open = async () => {
    const stage = await newStage(options);
    await change?.(stage);
    return stage;
  };
  return searched(options, open, (stage, script) => stage.play(script));
}

/**
 * Plays scripts against a victim who has things and against one who has none, until one is answered in
 * another way. Undefined when none was: then nothing can be inferred from any answer.
 */
export async function infer({ change, ...options }: Forging = {}): Promise<string | undefined> {
  const openOne = async (furnished: boolean) => {
    const stage = await newStage({ ...options, furnished });
    await change?.(stage);
    return stage;
  };
  const open = async () => ({ having: await openOne(true), lacking: await openOne(false) });
  return searched(options, open, async ({ having, lacking }, script) => {
    if (UNCERTAIN.test(JSON.stringify(script)) || /Cancel/.test(JSON.stringify(script)))
      return undefined;
    const wrong = (await having.play(script)) ?? (await lacking.play(script));
    if (wrong) return wrong;
    const [a, b] = [having.told(), lacking.told()];
    return a === b ? undefined : `inferred: with something there ${a}, with nothing there ${b}`;
  });
}

/** @param judge says what a script did that must not be done */
async function searched<Where>(
  { families = ALL, runs = RUNS, shrink = true }: Forging,
  open: () => Promise<Where>,
  judge: (where: Where, script: Script) => Promise<string | undefined>,
): Promise<string | undefined> {
  let where = await open();
  let spoiled = false;
  const property = fc.asyncProperty(scripts(families), async (script) => {
    // What a script has done once would be found after every other: each failure gets a new place.
    if (spoiled) where = await open();
    spoiled = true;
    const wrong = await judge(where, script);
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
  const script = JSON.stringify(counterexample?.[0], null, 1);
  return `${errorInstance}\nFORGERY_SEED=${seed} (path ${counterexamplePath})\n${script}`;
}
