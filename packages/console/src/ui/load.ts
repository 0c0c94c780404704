import { createSignal, onCleanup } from "solid-js";
import { type Click, startClick, startPageLoad } from "../lib/click.ts";
import { createLatest } from "../lib/latest.ts";
import { asProblem, type Problem } from "../lib/problem.ts";

export type Loaded<T> = {
  value(): T | undefined;
  problem(): Problem | undefined;
  reload(): void;
  /** Replaces the value. A request that is still pending no longer counts. */
  set(value: T): void;
};

/**
 * Fetches a value when the component is created. The newest of `reload` and `set` wins, whatever
 * arrives after it; after the component is disposed, no answer is applied.
 *
 * @param name labels the clicks: `open project`, `project reload`
 */
export function load<T>(name: string, fetch: (click: Click) => Promise<T>): Loaded<T> {
  const [value, setValue] = createSignal<T>();
  const [problem, setProblem] = createSignal<Problem>();
  const requests = createLatest();
  onCleanup(requests.cancel);

  async function read(click: Click) {
    const isLatest = requests.start();
    setProblem(undefined);
    try {
      const found = await fetch(click);
      if (isLatest()) setValue(() => found);
    } catch (error) {
      if (isLatest()) setProblem(asProblem(error));
    }
  }

  void read(startPageLoad(name));
  return {
    value,
    problem,
    reload: () => void read(startClick(`${name} reload`)),
    set(next) {
      requests.cancel();
      setProblem(undefined);
      setValue(() => next);
    },
  };
}
