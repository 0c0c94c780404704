import type { Command } from "../protocol/batch.ts";
import type { BoundStatement } from "../statement.ts";
import { REFUSE_TAINTED, RESET } from "./credential.ts";
import { type Databases, databaseNamed } from "./placement.ts";
import { redirectIn, withUnavailable } from "./route-tenant.ts";

const BEGINNING = [RESET, REFUSE_TAINTED];

const tenantStatus = (tenant: string): Command => ({
  text: "select app.tenant_status($1)",
  values: [tenant],
});
const tenantStatuses = (placement: string): Command => ({
  text: "select app.tenant_statuses($1)",
  values: [placement],
});
const applyTenantStatus = (assertion: unknown): Command => ({
  text: "select app.apply_tenant_status($1)",
  values: [assertion],
});

/**
 * Runs a function of the database that finds its tenant by itself, where the tenant lives: for a caller that
 * holds a job's token and no credential. One round trip at home, one more for a tenant elsewhere, which carries
 * home's assertion of the tenant's status.
 *
 * At home the statement finds nothing of a tenant that lives elsewhere, so it travels along.
 *
 * @throws the DatabaseError that ended it; DatabaseUnavailable
 */
export async function runForTenant<Result>(
  databases: Databases,
  tenant: string,
  statement: BoundStatement<Result>,
): Promise<Result[]> {
  const atHome = withUnavailable(
    await databases.home.run([...BEGINNING, tenantStatus(tenant), statement]),
  );
  const redirect = redirectIn(atHome.rows[2]);
  const { rows, failure } = redirect
    ? await databaseNamed(databases, redirect.placement).run([
        ...BEGINNING,
        applyTenantStatus(redirect.assertion),
        statement,
      ])
    : atHome;
  if (failure) throw failure;
  return statement.read(rows[3] ?? []);
}

/**
 * Runs a function that concerns all tenants of one database. A dedicated database is given home's assertion of
 * each tenant's status first: a tenant without one is left alone.
 *
 * @throws the DatabaseError that ended it; DatabaseUnavailable
 */
export async function runInDatabase<Result>(
  databases: Databases,
  placement: string,
  statement: BoundStatement<Result>,
): Promise<Result[]> {
  const statuses = placement === "home" ? [] : await statusCommands(databases, placement);
  const { rows, failure } = await databaseNamed(databases, placement).run([
    ...BEGINNING,
    ...statuses,
    statement,
  ]);
  if (failure) throw failure;
  return statement.read(rows[BEGINNING.length + statuses.length] ?? []);
}

async function statusCommands({ home }: Databases, placement: string): Promise<Command[]> {
  const { rows, failure } = withUnavailable(
    await home.run([...BEGINNING, tenantStatuses(placement)]),
  );
  if (failure) throw failure;
  return (rows[2] ?? []).map(([assertion]) => applyTenantStatus(assertion));
}
