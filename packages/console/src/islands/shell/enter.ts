import { switchTenant, type Tenant } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { tellTabs } from "../../lib/tabs.ts";
import { toastThere } from "../../ui/toast.tsx";

/** Makes a workspace the active one and starts afresh: nothing that is shown is of this one. */
export async function enter(tenant: Tenant): Promise<void> {
  await switchTenant(startClick("tenant.switch"), tenant.id);
  tellTabs({ kind: "switched", tenantName: tenant.name });
  toastThere(`You are in ${tenant.name} now.`);
  location.assign("/");
}
