/** One measured ratio. `goal` is what it must reach, at least or at most as `holds` was decided. */
export type Figure = { figure: string; ratio: number; goal: number; holds: boolean };

export type Bench = () => AsyncIterable<Figure>;

export type Variant = {
  (): Promise<unknown>;
  /** What it has put off until later. It is done, and counted, before a slice ends. */
  rest?(): Promise<unknown>;
};

export type Slices = {
  /** How many callers at once. @default 1 */
  lanes?: number;
  /** @default 15 */
  rounds?: number;
  /** @default 250 */
  sliceMs?: number;
  /** How long each is done before it is measured. @default - a slice */
  warmUpMs?: number;
};

/**
 * Compares two ways of doing something, side by side: rounds of short slices in turn, and the median
 * over the rounds of (rate of `subject` / rate of `reference`). Machines drift; ratios of neighbours
 * drift together.
 */
export async function ratioOf(
  subject: Variant,
  reference: Variant,
  options: Slices = {},
): Promise<number> {
  return median(await ratiosOf(subject, reference, options));
}

/** Each round's ratio, for benches that compare the same in several databases. */
export async function ratiosOf(
  subject: Variant,
  reference: Variant,
  { lanes = 1, rounds = 15, sliceMs = 250, warmUpMs }: Slices = {},
): Promise<number[]> {
  await rate(subject, lanes, warmUpMs ?? sliceMs);
  await rate(reference, lanes, warmUpMs ?? sliceMs);

  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Who goes first alternates, so that neither always runs on the other's warm cache.
    const [first, second] = round % 2 ? [reference, subject] : [subject, reference];
    const firstRate = await rate(first, lanes, sliceMs);
    const secondRate = await rate(second, lanes, sliceMs);
    ratios.push(round % 2 ? secondRate / firstRate : firstRate / secondRate);
  }
  return ratios;
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

export function atLeast(figure: string, goal: number, ratio: number): Figure {
  return { figure, ratio, goal, holds: ratio >= goal };
}

export function atMost(figure: string, goal: number, ratio: number): Figure {
  return { figure, ratio, goal, holds: ratio <= goal };
}

/** Calls a second. */
async function rate(variant: Variant, lanes: number, sliceMs: number): Promise<number> {
  const start = performance.now();
  let calls = 0;
  const lane = async () => {
    while (performance.now() - start < sliceMs) {
      await variant();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await variant.rest?.();
  return calls / (performance.now() - start);
}
