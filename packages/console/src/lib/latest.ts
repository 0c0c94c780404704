/**
 * Tells the newest request of a view from older ones. Answers may arrive in another order than their
 * requests were sent, and only the newest request's answer may be shown.
 */
export function createLatest() {
  let newest = 0;
  return {
    /** Starts a request. @returns whether it still is the newest one. */
    start(): () => boolean {
      newest += 1;
      const id = newest;
      return () => id === newest;
    },
    /** Makes every pending request outdated. */
    cancel(): void {
      newest += 1;
    },
  };
}
