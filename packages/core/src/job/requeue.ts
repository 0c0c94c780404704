import { type Databases, rawStatement, runForTenant, type Token } from "@bulkhead/db";

const park = rawStatement(
  "select app.requeue_job($1, $2, $3, $4)",
  ([parked]) => parked as boolean,
);

/**
 * Puts the job of a suspended tenant back among those that wait, without its slot. It goes on when
 * the tenant is active again. False when the tenant is active, or another delivery was faster.
 */
export async function requeueJob(
  databases: Databases,
  { tenant, job, epoch, requestId }: Token & { requestId: string },
): Promise<boolean> {
  const [parked] = await runForTenant(databases, tenant, park(tenant, job, epoch, requestId));
  return parked === true;
}
