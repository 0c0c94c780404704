import type { BatchResult } from "../protocol/batch.ts";
import { isAssertion } from "./credential.ts";
import { DatabaseUnavailable } from "./placement.ts";

/**
 * Home's assertion for a tenant that lives in another database. It is good for that database, this tenant
 * and this purpose, for a few seconds, and is kept nowhere.
 */
export type Redirect = { placement: string; assertion: string };

/** Reads a redirect from where home returns the context. Undefined for a tenant that lives at home. */
export function redirectIn(rows: unknown[][] | undefined): Redirect | undefined {
  const returned = rows?.[0]?.[0];
  if (!isAssertion(returned)) return undefined;
  const [, , placement = ""] = returned.split("|");
  return { placement, assertion: returned };
}

/** Home raises BH307 for a database that it shares no key with: its detail names the database. */
export function withUnavailable(result: BatchResult): BatchResult {
  const { code, detail } = (result.failure ?? {}) as { code?: string; detail?: string };
  if (code !== "BH307" || result.failure instanceof DatabaseUnavailable) return result;
  return { ...result, failure: new DatabaseUnavailable(detail ?? "") };
}
