/** A failure that is not fixed yet. It is shown on the pages and in the terminal. */
export type ReloadProblem = {
  /** The subject: a function, the templates. */
  about: string;
  text: string;
  /** ISO 8601. */
  since: string;
};

export type Problems = {
  set(about: string, text: string): void;
  clear(about: string): void;
  list(): ReloadProblem[];
};

export function createProblems(log: (line: string) => void): Problems {
  const problems = new Map<string, ReloadProblem>();
  return {
    set(about, text) {
      if (problems.get(about)?.text === text) return;
      problems.set(about, { about, text, since: new Date().toISOString() });
      log(`${about}: ${text}`);
    },
    clear: (about) => void problems.delete(about),
    list: () => [...problems.values()],
  };
}
