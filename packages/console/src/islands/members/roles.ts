import type { Role } from "../../api/identity.ts";

/** What each role may do. */
export const ROLES = {
  member: "Works with projects, exports and jobs",
  admin: "Also manages members and API keys, and reads the audit trail",
  owner: "Can do everything, also to other owners",
} as const satisfies Record<Role, string>;

/** The roles that a role may grant, change or remove: none above itself. */
export const rolesFor = (mine: Role | undefined): Role[] =>
  mine === "owner" ? ["member", "admin", "owner"] : ["member", "admin"];
