import type { Role } from "../../api/identity.ts";

/** What each may do, for whoever chooses one. */
export const ROLES = {
  member: "Works with projects, exports and jobs",
  admin: "Also manages members and API keys, and reads the audit trail",
  owner: "Can do everything, also to other owners",
} as const satisfies Record<Role, string>;

/** Whom somebody of a role may make or change: nobody above themselves. */
export const rolesFor = (mine: Role | undefined): Role[] =>
  mine === "owner" ? ["member", "admin", "owner"] : ["member", "admin"];
