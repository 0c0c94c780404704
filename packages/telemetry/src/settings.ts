import type { Work } from "./trace/work.ts";

export type Settings = {
  /** The share of new traces that is kept, 0 to 1. */
  sampling: number;
  /** Takes a piece of work that is over. Without it nothing is recorded. */
  export?: (work: Work) => Promise<void>;
};

let settings: Settings = { sampling: 1 };

/** What this process does with its spans. */
export const installed = (): Settings => settings;

/** @returns what puts back how it was */
export function install(next: Settings): () => void {
  const before = settings;
  settings = next;
  return () => {
    settings = before;
  };
}
