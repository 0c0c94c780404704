import {
  type Databases,
  rawStatement,
  readAdmittedJob,
  runForTenant,
  type Token,
  tokensOf,
} from "@bulkhead/db";

const admit = rawStatement("select job, epoch from app.admit_after($1, $2, $3)", readAdmittedJob);

/**
 * Admits jobs once more, after a job that ended and found no job for its slot. A concurrent enqueue saw the
 * slot still taken, and its row was not yet visible: without this, its job waits for the next sweep. Returns
 * the tokens to send, of the tenant of the given token.
 */
export async function admitAfter(
  databases: Databases,
  { tenant, job, epoch }: Token,
): Promise<Token[]> {
  return tokensOf(tenant, await runForTenant(databases, tenant, admit(tenant, job, epoch)));
}
