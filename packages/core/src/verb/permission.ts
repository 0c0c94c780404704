/**
 * Every permission: a role has some of these, an API key's scopes are some of these, and a verb needs one.
 * `app.role_permissions` says which role has which; a test compares the two.
 */
export const PERMISSIONS = [
  "api_key:manage",
  "audit:read",
  "job:read",
  "project:read",
  "project:write",
] as const;

export type Permission = (typeof PERMISSIONS)[number];
