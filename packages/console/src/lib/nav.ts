import type { IconName } from "./icons.ts";

export type NavItem = { href: string; label: string; icon: IconName };

/** The pages of a workspace, in the order in which a new user needs them. */
export const NAV: readonly NavItem[] = [
  { href: "/", label: "Overview", icon: "overview" },
  { href: "/projects/", label: "Projects", icon: "project" },
  { href: "/jobs/", label: "Jobs", icon: "job" },
  { href: "/audit/", label: "Audit trail", icon: "audit" },
  { href: "/api-keys/", label: "API keys", icon: "key" },
  { href: "/members/", label: "Members", icon: "members" },
  { href: "/workspaces/", label: "Workspaces", icon: "workspace" },
];
