import {
  type Databases,
  rawStatement,
  readAdmittedJob,
  runInDatabase,
  type Token,
} from "@bulkhead/db";

// The one statement whose rows say which tenant a token is of, because a sweep opens no tenant and
// works on all of them. The sweeper's role runs this function of the owner's and no other SQL.
const sweep = rawStatement(
  "select tenant, job, epoch from app.sweep($1, $2)",
  ([tenant, ...admitted]): Token => ({
    tenant: tenant as string,
    ...readAdmittedJob(admitted),
  }),
);
const expire = rawStatement("select app.sweep_expired($1, $2)", ([gone]) => gone as number);
const arm = rawStatement("select app.arm_sweep()", ([seconds]) => seconds as number | null);
const armed = rawStatement("select app.sweep_armed($1)", () => undefined);

/**
 * Repairs lost tokens and expired leases, and admits jobs that are due, over all tenants of one database.
 * Returns the tokens to send: fewer than `batch` when nothing is left to repair.
 */
export const sweepJobs = (
  databases: Databases,
  requestId: string,
  batch: number,
  placement = "home",
): Promise<Token[]> => runInDatabase(databases, placement, sweep(requestId, batch));

/** Deletes stored answers after a day and finished jobs after 30 days. Returns how many: fewer than `batch` when none are left. */
export async function forgetExpired(
  databases: Databases,
  requestId: string,
  batch: number,
  placement = "home",
): Promise<number> {
  const [gone] = await runInDatabase(databases, placement, expire(requestId, batch));
  return gone ?? 0;
}

/**
 * In how many seconds (60 to 900) to sweep again. Null when no job waits, or another process has claimed the
 * next sweep. The claim lasts a minute: {@link confirmNextSweep} keeps it once the message is sent.
 */
export async function claimNextSweep(
  databases: Databases,
  placement = "home",
): Promise<number | null> {
  const [seconds] = await runInDatabase(databases, placement, arm());
  return seconds ?? null;
}

/** The next sweep's message has been sent, with this delay. */
export async function confirmNextSweep(
  databases: Databases,
  seconds: number,
  placement = "home",
): Promise<void> {
  await runInDatabase(databases, placement, armed(seconds));
}
