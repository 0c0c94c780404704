/** Writes one line: an event's name, and its fields. */
export type Log = { warn(event: string, fields: Record<string, unknown>): void };
