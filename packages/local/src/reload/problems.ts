/** What failed and is not mended yet, where one looks: on the pages and in the terminal. */
export type ReloadProblem = {
  /** What it is about: a function, the templates. */
  about: string;
  text: string;
  /** ISO 8601. */
  since: string;
};

export type Problems = {
  set(about: string, text: string): void;
  mended(about: string): void;
  list(): ReloadProblem[];
};

export function createProblems(say: (line: string) => void): Problems {
  const known = new Map<string, ReloadProblem>();
  return {
    set(about, text) {
      if (known.get(about)?.text === text) return;
      known.set(about, { about, text, since: new Date().toISOString() });
      say(`${about}: ${text}`);
    },
    mended: (about) => void known.delete(about),
    list: () => [...known.values()],
  };
}
