/**
 * Everything that can be allowed: a role has some of these, an API key's scopes are some of these, and
 * a verb needs one. Which role has which stands in `app.role_permissions`; a test holds the two equal.
 */
export const PERMISSIONS = [
  "api_key:manage",
  "audit:read",
  "job:read",
  "project:read",
  "project:write",
] as const;

export type Permission = (typeof PERMISSIONS)[number];
