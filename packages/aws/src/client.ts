/**
 * The options of every SDK client. The SDK's own default has no timeout; a function that waits is billed for
 * it after its caller has left. Three attempts are the SDK's standard mode, with jittered backoff.
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

/** Runs `make` at the first call and returns the same promise to every caller; a failure is not kept. */
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
