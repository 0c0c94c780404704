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
  /** The line contains all of these: ids of a tenant, request or trace, any text. */
  words?: readonly string[] | undefined;
};

/** The newest lines of every function, and a subscription to new ones. */
export type LogStore = {
  add(label: string, text: string): void;
  /** Oldest first. */
  lines(filter?: LineFilter): LogLine[];
  /** Calls `receive` with every new line, until the returned function is called. */
  follow(receive: (line: LogLine) => void): () => void;
};

/** The limits are per function: one that logs a lot evicts its own lines only. */
const LINES = 1_000;
const CHARACTERS = 2 * 1024 * 1024;
const LINE_CHARACTERS = 32 * 1024;

export function createLogStore(): LogStore {
  const kept = new Map<string, { lines: LogLine[]; characters: number }>();
  const followers = new Set<(line: LogLine) => void>();
  let seq = 0;

  return {
    add(label, full) {
      const text =
        full.length > LINE_CHARACTERS ? `${full.slice(0, LINE_CHARACTERS)}… (cut)` : full;
      const line = { seq: ++seq, at: new Date().toISOString(), label, text };
      const own = kept.get(label) ?? { lines: [], characters: 0 };
      kept.set(label, own);
      own.lines.push(line);
      own.characters += text.length;
      while (own.lines.length > LINES || own.characters > CHARACTERS) {
        own.characters -= own.lines.shift()?.text.length ?? 0;
      }
      for (const receive of followers) receive(line);
    },
    lines: (filter = {}) =>
      [...kept.values()]
        .flatMap(({ lines }) => lines)
        .filter((line) => matches(line, filter))
        .sort((left, right) => left.seq - right.seq),
    follow(receive) {
      followers.add(receive);
      return () => void followers.delete(receive);
    },
  };
}

export const matches = ({ label, text }: LogLine, filter: LineFilter): boolean =>
  (filter.label === undefined || filter.label === label) &&
  (filter.words ?? []).every((word) => text.includes(word));
