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

// Each database is swept for itself, by its placement's name.

/**
 * Sends again what was lost, takes back what was left lying, and admits what is due, over all tenants.
 * Returns the tokens to send: fewer than `batch` when nothing is left to repair.
 */
export const sweepJobs = (
  databases: Databases,
  requestId: string,
  batch: number,
  placement = "home",
): Promise<Token[]> => runInDatabase(databases, placement, sweep(requestId, batch));

/** Forgets stored answers after a day and finished jobs after 30. Fewer than `batch` went: nothing is left. */
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
 * In how many seconds (60 to 900) to sweep again. Null when nothing waits, or another sweep has seen to
 * it. A claim for a minute: say {@link sweepArmed} when the message is on its way.
 */
export async function armSweep(databases: Databases, placement = "home"): Promise<number | null> {
  const [seconds] = await runInDatabase(databases, placement, arm());
  return seconds ?? null;
}

/** The next sweep's message has been sent, with this delay. */
export async function sweepArmed(
  databases: Databases,
  seconds: number,
  placement = "home",
): Promise<void> {
  await runInDatabase(databases, placement, armed(seconds));
}
