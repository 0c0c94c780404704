import type { Connection } from "pg";

export type Field = { name: string; decode(text: string): unknown };

/** What the driver has prepared on one connection. */
export type Prepared = {
  statements: Map<string, Field[]>;
  /** When the newest of them was prepared, by the server's clock: a timestamptz. */
  until: string;
  /** How many it has prepared since then. */
  untold: number;
  /** What the batch that runs was answered last. */
  heard: { until: string; count: number } | undefined;
  /** Others prepare statements here as well, whenever they like. */
  isShared: boolean;
};

// Kept apart from pg's own list, and by names that pg never uses.
const all = new WeakMap<Connection, Prepared>();

export function preparedOn(connection: Connection): Prepared {
  const known = all.get(connection) ?? {
    statements: new Map(),
    until: "-infinity",
    untold: 0,
    heard: undefined,
    isShared: false,
  };
  all.set(connection, known);
  return known;
}

/** Says that this connection goes to a pooler, which lets others use what is behind it. */
export function share(connection: Connection): void {
  Object.assign(preparedOn(connection), { isShared: true, until: "infinity" });
}

/**
 * The value of a command that stands for {@link Prepared.until}: it is known only when the connection is.
 * What was prepared later was prepared by somebody else.
 */
export const PREPARED_UNTIL = Symbol("prepared until");

/**
 * Asks the server when, and how many, since $1. In a form that no setting changes, and of things that no
 * search_path hides.
 */
export const ASK_UNTIL = `select pg_catalog.to_char(pg_catalog.max(prepare_time) at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') operator(pg_catalog.||) '+00', pg_catalog.count(*)
  from pg_catalog.pg_prepared_statements where prepare_time operator(pg_catalog.>) $1 and not from_sql`;

/**
 * Believes the answer if it counts what the driver has prepared since, and nothing else. If not, somebody meddles, and
 * the connection is of no use from now on: whatever opens a context is told what is known, and refuses.
 */
export function hear(prepared: Prepared, [until, count]: readonly (string | null)[]): void {
  if (until && Number(count) === prepared.untold) {
    prepared.heard = { until, count: prepared.untold };
  }
}

/** At the end of a batch, whose questions were all asked since the same moment. */
export function learn(prepared: Prepared): void {
  if (!prepared.heard) return;
  prepared.until = prepared.heard.until;
  prepared.untold -= prepared.heard.count;
  prepared.heard = undefined;
}
