/** S3 takes far more at a time; the function's memory is what is spared. */
const LANES = 8;

/** Does the work on every item, a few at a time. @throws what the first item that failed threw. */
export async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>) {
  const waiting = items[Symbol.iterator]();
  const lane = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
