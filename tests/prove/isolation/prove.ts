import { type CheckReport, type JudgedSubject, type Report, reportOf } from "../report.ts";
import { catalog } from "./catalog.ts";
import type { Check, Query, Subject } from "./check.ts";
import { EXCEPTIONS } from "./exceptions.ts";
import { CHECKS } from "./index.ts";
import { INVENTORY } from "./inventory.ts";

// Names are written with their schemas, and the same for every reader.
const PLAIN_NAMES = "select set_config('search_path', 'pg_catalog', true)";

const CATALOG = catalog(Object.keys(EXCEPTIONS["tenant-owned"] ?? {}));

const overCatalog = (subjects: string) =>
  `with recursive ${CATALOG} select * from (${subjects}) as subject`;

// Not by PostgreSQL, whose order would be another one in another locale.
const inOrder = <T extends object>(rows: T[]): T[] => {
  const key = (row: T) => Object.values(row).join("\0");
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
};

/**
 * Proves from pg_catalog alone that tenants are kept apart. Everything it reads, every role may read.
 * `query` should be one transaction, so that all of it is said of one moment.
 */
export async function proveIsolation(query: Query): Promise<Report> {
  const checks: CheckReport[] = [];
  for (const check of CHECKS) checks.push(await runCheck(query, check));
  checks.push(unneeded(checks));

  const inventory = await query(overCatalog(INVENTORY));
  return reportOf("isolation", checks, inOrder(inventory as Report["inventory"]));
}

export async function runCheck(
  query: Query,
  { id, guarantee, subjects, judge }: Check,
): Promise<CheckReport> {
  await query(PLAIN_NAMES);
  const rows = await query(overCatalog(subjects));
  const judged = rows.map((row) => judge?.(row) ?? (row as Subject));
  const verdicts = judged.map((subject) => verdictOn(subject, EXCEPTIONS[id]));
  return { id, guarantee, subjects: inOrder(verdicts) };
}

function verdictOn(
  { object, found, fault, remedy }: Subject,
  exceptions: Record<string, string> = {},
): JudgedSubject {
  const reason = exceptions[object];
  if (!fault) return { object, found, verdict: "holds" };
  if (reason) return { object, found, verdict: "exception", reason };
  return { object, found, verdict: "broken", fault, remedy: remedy ?? "" };
}

/** An exception that outlived its object, or its need, would cover for the next one of that name. */
function unneeded(checks: readonly CheckReport[]): CheckReport {
  const subjects = Object.entries(EXCEPTIONS).flatMap(([id, objects]) =>
    Object.entries(objects).map(([object, reason]): JudgedSubject => {
      const used = checks
        .find((check) => check.id === id)
        ?.subjects.some((subject) => subject.object === object && subject.verdict === "exception");
      const name = `${object} from ${id}`;
      if (used) return { object: name, found: reason, verdict: "holds" };
      return {
        object: name,
        found: reason,
        verdict: "broken",
        fault: `${object} is an exception from ${id} and does not need to be one`,
        remedy: "Take it out of EXCEPTIONS in tests/prove/isolation/exceptions.ts.",
      };
    }),
  );
  return { id: "exceptions", guarantee: "every exception is needed, and has a reason", subjects };
}
