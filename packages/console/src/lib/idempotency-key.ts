/**
 * The Idempotency-Key of a request. The same request keeps its key through every retry, so that the
 * server executes it once; another request gets another key.
 */
export function createIdempotencyKey() {
  let current: string | undefined;
  let key = "";
  return {
    for(request: unknown): string {
      const text = JSON.stringify(request);
      if (text !== current) {
        current = text;
        key = crypto.randomUUID();
      }
      return key;
    },
    /** After a success: the same request again gets a new key. */
    clear(): void {
      current = undefined;
    },
  };
}
