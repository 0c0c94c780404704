/**
 * Which Idempotency-Key goes with what is asked for. The same wish keeps its key through every retry,
 * so that it is done once however often it is sent; another wish gets another.
 */
export function createWish() {
  let asked: string | undefined;
  let key = "";
  return {
    keyFor(request: unknown): string {
      const text = JSON.stringify(request);
      if (text !== asked) {
        asked = text;
        key = crypto.randomUUID();
      }
      return key;
    },
    /** It has come true. Asking for the same again is a new wish. */
    fulfilled(): void {
      asked = undefined;
    },
  };
}

export type Wish = ReturnType<typeof createWish>;
