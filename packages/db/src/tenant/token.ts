/**
 * What goes to the queue after the commit: a job that holds a slot, and the tenant that the worker opens for it.
 * Enough to find the row, and nothing that can be stale.
 */
export type Token = { tenant: string; job: string; epoch: number };

/** A job that holds a slot, as a statement returns it. The statement does not name its tenant. */
export type AdmittedJob = { job: string; epoch: number };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_EPOCH = 2_147_483_647;

/**
 * Reads a row of `job, epoch`.
 *
 * @throws Error for anything but a uuid and a positive integer of PostgreSQL's
 */
export function readAdmittedJob([job, epoch]: unknown[]): AdmittedJob {
  if (typeof job !== "string" || !UUID.test(job)) {
    throw new Error(`Invalid job id ${JSON.stringify(job)}: expected a uuid.`);
  }
  if (!Number.isInteger(epoch) || Number(epoch) < 1 || Number(epoch) > MAX_EPOCH) {
    throw new Error(`Invalid epoch ${JSON.stringify(epoch)}: expected 1 to ${MAX_EPOCH}.`);
  }
  return { job, epoch: Number(epoch) };
}

/**
 * The tokens of jobs of `tenant`, which is the tenant of the opened context and never a value of a
 * statement's row: rows hold what the SQL of the request returns, and a token opens its tenant for the worker.
 */
export const tokensOf = (tenant: string, admitted: readonly AdmittedJob[]): Token[] =>
  admitted.map(({ job, epoch }) => ({ tenant, job, epoch }));
