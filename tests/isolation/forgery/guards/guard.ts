import { redefine } from "../../../support/mutation.ts";
import type { Family } from "../sql.ts";
import type { Stage } from "../types.ts";

/** A guard, how it is taken out, and what the scripts find then. */
export type Guard = {
  families: Family[];
  /** Other walls that stand before this one, and are taken away first: with them alone gone, all still holds. */
  given?: (stage: Stage) => Promise<unknown> | unknown;
  broken: (stage: Stage) => Promise<unknown> | unknown;
  finds: RegExp;
};

export const edit =
  (name: string, change: (definition: string) => string) =>
  ({ database }: Stage) =>
    redefine(database, name, change);

export const run =
  (sql: string) =>
  ({ database }: Stage) =>
    database.sql(sql);
