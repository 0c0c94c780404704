import { claimName } from "../database/claim.ts";
import type { Session } from "../database/session.ts";
import { OperatorError } from "../errors.ts";
import type { Tenant } from "./record.ts";

const PATIENCE_MILLISECONDS = 1_000;

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
 * that ends. Of two commands, the one that connected first goes on.
 *
 * @returns the tenant as it is once claimed: until then, another command may have worked on it
 * @throws OperatorError while another process has it
 */
export async function claimTenant(home: Session, slugOrId: string): Promise<Tenant> {
  const { id, slug } = await findTenant(home, slugOrId);
  if (await claimName(home, `tenant ${id}`, PATIENCE_MILLISECONDS)) return findTenant(home, id);
  throw new OperatorError(`Another process works on ${slug}. Wait for it, or end it.`);
}
