export type Fields = Record<string, string | number | null>;

/** Reports progress: an event's name, and its details as fields. */
export type Log = (event: string, fields?: Fields) => void;

/** `tenant switched rows=300 pause_ms=41`: an event as a line of a terminal. */
export const logLine = (event: string, fields: Fields = {}): string =>
  [event, ...Object.entries(fields).map(([name, value]) => `${name}=${text(value)}`)].join(" ");

const text = (value: Fields[string]) =>
  typeof value === "string" && /[\s"=]/.test(value) ? JSON.stringify(value) : String(value);
