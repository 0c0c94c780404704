import { type Databases, rawStatement, runForTenant, type Token } from "@bulkhead/db";

const requeue = rawStatement(
  "select app.requeue_job($1, $2, $3, $4)",
  ([isRequeued]) => isRequeued as boolean,
);

/**
 * Puts the job of a suspended tenant back into the queued state, without its slot. It is admitted when
 * the tenant is active again. False when the tenant is active, or another delivery was faster.
 */
export async function requeueJob(
  databases: Databases,
  { tenant, job, epoch, requestId }: Token & { requestId: string },
): Promise<boolean> {
  const [isRequeued] = await runForTenant(
    databases,
    tenant,
    requeue(tenant, job, epoch, requestId),
  );
  return isRequeued === true;
}
