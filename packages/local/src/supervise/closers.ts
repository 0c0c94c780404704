import { setTimeout as sleep } from "node:timers/promises";

/** What takes longer to close is ended by the exit of the process. */
const TIMEOUT_MILLISECONDS = 20_000;

/** Functions that close what was opened, run in reverse order. */
export type Closers = {
  /** After closing has begun, the function runs as soon as the others have. */
  add(close: () => unknown): void;
  /**
   * Runs all functions, even if some fail, for at most twenty seconds. A second call waits for the
   * first.
   */
  close(): Promise<void>;
};

export function createClosers(): Closers {
  const open: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    for (let close = open.pop(); close; close = open.pop()) {
      try {
        await close();
      } catch (error) {
        console.error(error);
      }
    }
  }

  return {
    add(close) {
      open.push(close);
      if (closing) closing = closing.then(closeAll);
    },
    close() {
      closing ??= closeAll();
      const timeout = sleep(TIMEOUT_MILLISECONDS, undefined, { ref: false });
      return Promise.race([closing, timeout]);
    },
  };
}
