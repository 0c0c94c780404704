/** A line that a function's process wrote. */
export type LogLine = {
  /** Counts over all functions. */
  seq: number;
  /** ISO 8601, when it was read. */
  at: string;
  /** The function's label. */
  label: string;
  text: string;
};

export type LineFilter = {
  label?: string | undefined;
  /** Every one of these words is in the line: a tenant's id, a request's id, a trace's, any text. */
  words?: readonly string[] | undefined;
};

/** The newest lines of every function, and whoever wants to read on. */
export type LogStore = {
  add(label: string, text: string): void;
  /** Oldest first. */
  lines(filter?: LineFilter): LogLine[];
  /** Hands over every line from now on, until the result is called. */
  follow(take: (line: LogLine) => void): () => void;
};

/** A talkative function drives out its own lines only. */
const LINES = 1_000;
const CHARACTERS = 2 * 1024 * 1024;
const LINE_CHARACTERS = 32 * 1024;

export function createLogStore(): LogStore {
  const kept = new Map<string, { lines: LogLine[]; characters: number }>();
  const followers = new Set<(line: LogLine) => void>();
  let seq = 0;

  return {
    add(label, given) {
      const text =
        given.length > LINE_CHARACTERS ? `${given.slice(0, LINE_CHARACTERS)}… (cut)` : given;
      const line = { seq: ++seq, at: new Date().toISOString(), label, text };
      const own = kept.get(label) ?? { lines: [], characters: 0 };
      kept.set(label, own);
      own.lines.push(line);
      own.characters += text.length;
      while (own.lines.length > LINES || own.characters > CHARACTERS) {
        own.characters -= own.lines.shift()?.text.length ?? 0;
      }
      for (const take of followers) take(line);
    },
    lines: (filter = {}) =>
      [...kept.values()]
        .flatMap(({ lines }) => lines)
        .filter((line) => passes(line, filter))
        .sort((left, right) => left.seq - right.seq),
    follow(take) {
      followers.add(take);
      return () => void followers.delete(take);
    },
  };
}

export const passes = ({ label, text }: LogLine, filter: LineFilter): boolean =>
  (filter.label === undefined || filter.label === label) &&
  (filter.words ?? []).every((word) => text.includes(word));
