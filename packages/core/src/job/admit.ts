import { type Databases, handwritten, readToken, runBeside, type Token } from "@bulkhead/db";

const admit = handwritten("select tenant, job, epoch from app.admit_after($1, $2, $3)", readToken);

/**
 * A second look, after a job that ended and found nobody to hand its slot to. An enqueue at that
 * moment saw the slot still taken, and could itself not be seen yet: without this look they miss each
 * other until the next sweep. Returns the tokens to send.
 */
export const admitAfter = (databases: Databases, { tenant, job, epoch }: Token): Promise<Token[]> =>
  runBeside(databases, tenant, admit(tenant, job, epoch));
