import { Fault } from "../fault.ts";
import type { Session } from "../place/session.ts";
import type { Tenant } from "./record.ts";

export const listTenants = (home: Session): Promise<Tenant[]> =>
  home.query<Tenant>("select * from app.find_tenants()");

/** By slug or id. @throws Fault when there is none */
export async function findTenant(home: Session, wanted: string): Promise<Tenant> {
  const [tenant] = await home.query<Tenant>("select * from app.find_tenants($1)", [wanted]);
  if (tenant) return tenant;
  throw new Fault(`There is no tenant ${wanted}. \`npm run tenant -- list\` shows them all.`);
}

/**
 * Makes this session the only one that works on the tenant. A process that ends loses it, however it
 * ends.
 *
 * @throws Fault while another process has it
 */
export async function claimTenant(home: Session, { id, slug }: Tenant): Promise<void> {
  const [row] = await home.query<{ mine: boolean }>(
    "select pg_try_advisory_lock(hashtextextended('operator ' || $1, 0)) as mine",
    [id],
  );
  if (!row?.mine) throw new Fault(`Another process works on ${slug}. Wait for it, or end it.`);
}
