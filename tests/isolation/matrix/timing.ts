/** How long something took, in milliseconds. */
export type Sample = readonly number[];

/**
 * How well one can tell two samples apart by a single value of each: 1 when not at all, 0 when always.
 * It is 1 − |2A − 1|, where A is the chance that a value of one is above a value of the other: the
 * statistic of Mann and Whitney over the number of pairs. It looks at ranks, so no outlier counts much.
 *
 * @see https://doi.org/10.1214/aoms/1177730491
 */
export function likeness(a: Sample, b: Sample): number {
  const ranked = [
    ...a.map((value) => ({ value, isA: true })),
    ...b.map((value) => ({ value, isA: false })),
  ];
  ranked.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  for (let from = 0; from < ranked.length; ) {
    let to = from;
    while (to < ranked.length && ranked[to]?.value === ranked[from]?.value) to++;
    // Equal values share the mean of their ranks, which begin with 1.
    const rank = (from + 1 + to) / 2;
    rankSum += rank * ranked.slice(from, to).filter(({ isA }) => isA).length;
    from = to;
  }
  const above = (rankSum - (a.length * (a.length + 1)) / 2) / (a.length * b.length);
  return 1 - Math.abs(2 * above - 1);
}

/** Times several ways in turn, in another order each round, so that all of them see the same machine. */
export async function timed(
  ways: readonly (() => Promise<unknown>)[],
  rounds: number,
): Promise<Sample[]> {
  const samples = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const index = (round + turn) % ways.length;
      const started = performance.now();
      await ways[index]?.();
      samples[index]?.push(performance.now() - started);
    }
  }
  return samples;
}
