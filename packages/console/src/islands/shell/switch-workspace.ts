import { switchTenant, type Tenant } from "../../api/identity.ts";
import { startClick } from "../../lib/click.ts";
import { broadcastSessionChange } from "../../lib/session-change.ts";
import { toastOnNextPage } from "../../ui/toast.tsx";

let switching = false;

/**
 * Makes a workspace the active one and opens its overview. One switch at a time: of two, the slower
 * answer would name the wrong workspace here and in the other tabs.
 */
export async function switchWorkspace(tenant: Tenant): Promise<void> {
  if (switching) return;
  switching = true;
  try {
    await switchTenant(startClick("tenant.switch"), tenant.id);
    broadcastSessionChange({ kind: "switched", tenantName: tenant.name });
    toastOnNextPage(`Switched to ${tenant.name}.`);
    location.assign("/");
  } finally {
    switching = false;
  }
}
