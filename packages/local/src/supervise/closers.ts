import { setTimeout as sleep } from "node:timers/promises";

/** Nothing takes longer than this to close; what does is ended by the exit. */
const PATIENCE_MILLISECONDS = 20_000;

/** What has to be closed, the last opened first. */
export type Closers = {
  /** Once everything is closed, a late comer is closed at once. */
  add(close: () => unknown): void;
  /**
   * Closes everything, each whether or not another one fails, for twenty seconds at most; a second
   * call waits for the first.
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
      const patience = sleep(PATIENCE_MILLISECONDS, undefined, { ref: false });
      return Promise.race([closing, patience]);
    },
  };
}
