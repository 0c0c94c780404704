/** Few, to limit the memory for the files' contents; S3 accepts far more. */
const CONCURRENCY = 8;

/** Maps every item, a few at a time. @throws the first error. */
export async function mapConcurrent<T>(items: readonly T[], map: (item: T) => Promise<void>) {
  const remaining = items[Symbol.iterator]();
  const run = async () => {
    for (const item of remaining) await map(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, run));
}
