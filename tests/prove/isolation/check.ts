/** Runs SQL that reads the catalog, and returns its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/** One thing that a check looked at: `found` is what it is, `fault` what is wrong with it, if anything. */
export type Subject = {
  /** `app.projects`, `bulkhead_api on app.projects`: what people call it. */
  object: string;
  found: string;
  /** A sentence. Null when it holds. */
  fault: string | null;
  /** SQL, or what else to do. Null when nothing is wrong. */
  remedy: string | null;
};

/**
 * One discipline, held by everything in the catalog that it applies to. `subjects` is SQL over the
 * relations of `catalog.ts` and returns {@link Subject}s: what holds as well, because a reader wants to
 * see that it was looked at.
 */
export type Check = {
  id: string;
  /** What holds, to be read after "the catalog says that". */
  guarantee: string;
  subjects: string;
  /** For what SQL can't decide: turns a row of `subjects` into its verdict. @default - the row is the verdict */
  judge?(row: Record<string, unknown>): Subject;
};
