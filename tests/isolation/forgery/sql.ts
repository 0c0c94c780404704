import { CURSORS, EVIL, PREPARED } from "./vocabulary/kept.ts";
import { HOLDERS, LOCKS } from "./vocabulary/locks.ts";
import { LOOKALIKES, OTHERS } from "./vocabulary/objects.ts";
import { ALL_OWN, DROP_HITS } from "./vocabulary/own.ts";
import { PERMISSIONS } from "./vocabulary/permissions.ts";
import { READS, WRITES } from "./vocabulary/rows.ts";
import { CONTEXT, SETTINGS, TRANSACTIONS } from "./vocabulary/session.ts";
import { MERGES, STATISTICS } from "./vocabulary/statistics.ts";

// What an attacker might try to say in SQL. `{…}` stands for what they know: ids of the victim's, a
// context and its signature from an earlier transaction, the names that the driver uses.

/** By what they play with. The family `catalog` is added to them: the settings that the server has. */
const FAMILIES = {
  reads: READS,
  writes: WRITES,
  context: CONTEXT,
  transactions: TRANSACTIONS,
  prepared: PREPARED,
  cursors: CURSORS,
  lookalikes: LOOKALIKES,
  settings: SETTINGS,
  permissions: PERMISSIONS,
  locks: LOCKS,
  statistics: STATISTICS,
  merges: MERGES,
  others: OTHERS,
} as const;

export type Family = keyof typeof FAMILIES | "catalog";

export const ALL = [...Object.keys(FAMILIES), "catalog"] as Family[];

/** Which scripts are drawn. */
export type Drawing = {
  families: readonly Family[];
  /** What the family `catalog` has. */
  settings: readonly string[];
  /** Leaves out what is answered by chance. */
  certain: boolean;
};

/** Each family's statements. */
export const statementsOf = ({ families, settings, certain }: Drawing): (readonly string[])[] =>
  families
    .map((family): readonly string[] => (family === "catalog" ? settings : FAMILIES[family]))
    .map((all) => all.filter((sql) => !certain || !isUncertain(sql)))
    .filter((all) => all.length > 0);

const at = (statements: readonly string[], ...indexes: number[]) =>
  indexes.map((index) => statements[index] ?? "");

/** Several that only do something together, in this order. */
const RECIPES: Partial<Record<Family, readonly (readonly string[])[]>> = {
  context: [
    [...at(CONTEXT, 0), ...at(READS, 0)],
    [...at(CONTEXT, 1), ...at(READS, 0)],
    [...at(CONTEXT, 3), ...at(READS, 0)],
    [...at(CONTEXT, 8), "commit", ...at(CONTEXT, 9), ...at(READS, 0)],
  ],
  prepared: [
    ['deallocate "{verb}"', `prepare "{verb}" as ${EVIL.deface}`],
    ['deallocate "open"', `prepare "open" (bytea, text, text, text) as ${EVIL.steal}`],
  ],
  lookalikes: [at(LOOKALIKES, 4, 5, 14, 15)],
  settings: [
    [
      "set client_min_messages = log",
      "set debug_pretty_print = off",
      "set debug_print_plan = on",
      "set debug_print_parse = on",
      "discard plans",
      "select app.tenant_id()",
      "select app.open_session('\\x{proof}', 'project:read', 'a', 'r')",
    ],
    [DROP_HITS, ALL_OWN, ALL_OWN, ALL_OWN, ALL_OWN],
  ],
  locks: HOLDERS,
  merges: [
    [...at(MERGES, 0), ...at(MERGES, 9)],
    [...at(MERGES, 3), ...at(MERGES, 9)],
  ],
};

export const recipesOf = ({ families, certain }: Drawing): (readonly string[])[] =>
  families
    .flatMap((family) => RECIPES[family] ?? [])
    .filter((recipe) => !certain || !recipe.some(isUncertain));

/** What is answered by chance, or by what else the machine does or has, and why. Answers to it are not compared. */
export const UNCERTAIN: Readonly<Record<string, RegExp>> = {
  "shows what other sessions do at this moment":
    /pg_stat_|pg_statio|pg_locks|pg_prepared_statements/,
  "shows how many rows or pages all tenants have together":
    /reltuples|pg_stats|pg_statistic|explain/,
  "MERGE asks volatile conditions of all tenants' rows, which tells how many there are":
    /merge into .* when not matched by source/,
  "ends when it ends": /pg_terminate|pg_cancel|_timeout|pg_sleep/,
  "prints plans and parse trees, with ids and places in them": /debug/,
  "holds what an earlier script has left": /app\.loot/,
  "without the standard, random bytes in a literal are an error or none": /standard_conforming/,
  "drops hits at random": /gin_fuzzy/,
};

const isUncertain = (sql: string): boolean =>
  Object.values(UNCERTAIN).some((pattern) => pattern.test(sql));
