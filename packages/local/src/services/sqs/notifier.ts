/** Wakes the receivers that wait on a queue when it may have changed. */
export type Notifier = {
  notify(): void;
  /** Resolves at the next notification, after the time (ms) or when the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
};

export function createNotifier(): Notifier {
  const waiting = new Set<() => void>();
  return {
    notify() {
      for (const wake of [...waiting]) wake();
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", wake);
          waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        waiting.add(wake);
        signal?.addEventListener("abort", wake);
      }),
  };
}
