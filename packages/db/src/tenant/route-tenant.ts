import type { BatchResult } from "../protocol/batch.ts";
import { isAssertion } from "./credential.ts";
import { DatabaseUnavailable } from "./placement.ts";

/**
 * Home's word for a tenant that lives in another database. It is good for that database, this tenant
 * and this purpose, for a few seconds, and is kept nowhere.
 */
export type Redirect = { placement: string; assertion: string };

/** Reads it where the context of a tenant of home's would stand. Undefined for such a one. */
export function redirectIn(rows: unknown[][] | undefined): Redirect | undefined {
  const said = rows?.[0]?.[0];
  if (!isAssertion(said)) return undefined;
  const [, , placement = ""] = said.split("|");
  return { placement, assertion: said };
}

/** Home knows where the tenant lives and has no key for it: an error that says where. */
export function placed(outcome: BatchResult): BatchResult {
  const { code, detail } = (outcome.failure ?? {}) as { code?: string; detail?: string };
  if (code !== "BH307" || outcome.failure instanceof DatabaseUnavailable) return outcome;
  return { ...outcome, failure: new DatabaseUnavailable(detail ?? "") };
}
