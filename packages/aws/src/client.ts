/**
 * What every SDK client of ours is made with. The SDK's own default waits for ever; a function that
 * waits for ever is billed for it and its caller has left. Three attempts are the SDK's standard
 * mode, with jittered backoff.
 */
export const clientOptions = (requestTimeoutMilliseconds = 5_000) => ({
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: requestTimeoutMilliseconds,
    // Without this the SDK only warns.
    throwOnRequestTimeout: true,
  },
});

/** Runs `make` at the first call and hands the same promise to everybody; a failure is forgotten. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
