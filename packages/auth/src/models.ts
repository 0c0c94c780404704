import {
  accounts,
  invitations,
  members,
  rateLimits,
  sessions,
  tenants,
  users,
  verifications,
} from "@bulkhead/db/tables/auth";

/** The tables, under the names that the models below give them. */
export const tables = {
  users,
  sessions,
  accounts,
  verifications,
  tenants,
  members,
  invitations,
  rateLimits,
};

/** Better Auth's organization plugin in our words: an organization is a tenant. */
export const organizationModels = {
  organization: { modelName: "tenants" },
  member: { modelName: "members", fields: { organizationId: "tenantId" } },
  invitation: { modelName: "invitations", fields: { organizationId: "tenantId" } },
  session: { fields: { activeOrganizationId: "activeTenantId" } },
} as const;
