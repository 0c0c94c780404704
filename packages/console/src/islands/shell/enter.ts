import { switchTenant, type Tenant } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { tellTabs } from "../../lib/tabs.ts";
import { toastThere } from "../../ui/toast.tsx";

let switching = false;

/**
 * Makes a workspace the active one and opens its overview. One switch at a time: of two, the slower
 * answer would name the wrong workspace here and in the other tabs.
 */
export async function enter(tenant: Tenant): Promise<void> {
  if (switching) return;
  switching = true;
  try {
    await switchTenant(startClick("tenant.switch"), tenant.id);
    tellTabs({ kind: "switched", tenantName: tenant.name });
    toastThere(`You are in ${tenant.name} now.`);
    location.assign("/");
  } finally {
    switching = false;
  }
}
