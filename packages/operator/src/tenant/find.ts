import type { Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import type { Tenant } from "./record.ts";

export const listTenants = (home: Session): Promise<Tenant[]> =>
  home.query<Tenant>("select * from app.find_tenants()");

/** By slug or id. @throws OperatorError when there is none */
export async function findTenant(home: Session, slugOrId: string): Promise<Tenant> {
  const [tenant] = await home.query<Tenant>("select * from app.find_tenants($1)", [slugOrId]);
  if (tenant) return tenant;
  throw new OperatorError(
    `There is no tenant ${slugOrId}. \`npm run tenant -- list\` shows them all.`,
  );
}

/**
 * Makes this session the only one that works on the tenant. The claim ends with the connection, however
 * that ends.
 *
 * @returns the tenant as it is once claimed: until then, another command may have worked on it
 * @throws OperatorError while another process has it
 */
export async function claimTenant(home: Session, slugOrId: string): Promise<Tenant> {
  const { id, slug } = await findTenant(home, slugOrId);
  const [row] = await home.query<{ claimed: boolean }>(
    "select pg_try_advisory_lock(hashtextextended('operator ' || $1, 0)) as claimed",
    [id],
  );
  if (row?.claimed) return findTenant(home, id);
  throw new OperatorError(`Another process works on ${slug}. Wait for it, or end it.`);
}
