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
 * A second look, after a job that ended and found no job to hand its slot to. An enqueue at that
 * moment saw the slot still taken, and could itself not be seen yet: without this look they miss each
 * other until the next sweep. Returns the tokens to send, of the tenant of the token that is given.
 */
export async function admitAfter(
  databases: Databases,
  { tenant, job, epoch }: Token,
): Promise<Token[]> {
  return tokensOf(tenant, await runForTenant(databases, tenant, admit(tenant, job, epoch)));
}
