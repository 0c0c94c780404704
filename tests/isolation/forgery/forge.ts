import fc from "fast-check";
import type { TestDatabase } from "../../support/database.ts";
import { type Script, scripts } from "./script.ts";
import { ALL, type Family } from "./sql.ts";
import { newStage, type StageOptions } from "./stage.ts";
import type { Stage } from "./types.ts";
import { settingStatements } from "./vocabulary/catalog.ts";

const FEW = 40;
/** How many scripts are played: few in `npm test`, or as many as FORGERY_RUNS says. */
export const RUNS = Number(process.env.FORGERY_RUNS ?? FEW);
/** Of a failure that was printed, to see it again. @default - always the same one, unless there are many runs */
const SEED = process.env.FORGERY_SEED ?? (process.env.FORGERY_RUNS ? undefined : "20261126");

/** Long runs take as long as they take. */
export const PATIENCE_MS = Math.max(600_000, RUNS * 1_000);

type Forging = StageOptions & {
  families?: readonly Family[];
  runs?: number;
  /** Takes a guard out of a stage. */
  change?: (stage: Stage) => Promise<unknown> | unknown;
  /** @default - true, to print a short script that fails */
  shrink?: boolean;
};

/** Where scripts are played. */
type Place = {
  database: TestDatabase;
  /** Says what a script did that must not be done. */
  judge(script: Script): Promise<string | undefined>;
};

/** Plays scripts until one does what must not be done. Undefined when none did. */
export async function forge({ change, ...options }: Forging = {}): Promise<string | undefined> {
  return searched(options, false, async () => {
    const stage = await newStage(options);
    await change?.(stage);
    return { database: stage.database, judge: stage.play };
  });
}

/**
 * Plays scripts against a victim who has things and against one who has none, until one is answered in
 * another way. Undefined when none was: then nothing can be inferred from any answer.
 */
export async function infer({ change, ...options }: Forging = {}): Promise<string | undefined> {
  const open = async (furnished: boolean) => {
    // What the driver asks for itself now and then is no answer of the attacker's.
    const stage = await newStage({ ...options, furnished, watched: false });
    await change?.(stage);
    return stage;
  };
  return searched(options, true, async () => {
    const [having, lacking] = [await open(true), await open(false)];
    const judge = async (script: Script) => {
      const wrong = (await having.play(script)) ?? (await lacking.play(script));
      if (wrong) return wrong;
      const [a, b] = [having.told(), lacking.told()];
      return a === b ? undefined : `inferred: with something there ${a}, with nothing there ${b}`;
    };
    return { database: having.database, judge };
  });
}

async function searched(
  { families = ALL, runs = RUNS, shrink = true }: Forging,
  certain: boolean,
  open: () => Promise<Place>,
): Promise<string | undefined> {
  let place = await open();
  let spoiled = false;
  const settings = await settingStatements(place.database);
  const property = fc.asyncProperty(scripts({ families, settings, certain }), async (script) => {
    // What a script has done once would be found after every other: each failure gets a new place.
    if (spoiled) place = await open();
    spoiled = true;
    const wrong = await place.judge(script);
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
