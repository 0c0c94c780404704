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
import { relations } from "drizzle-orm";

/** The tables, by the plurals of Better Auth's models. */
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
  organization: { modelName: "tenant" },
  member: { fields: { organizationId: "tenantId" } },
  invitation: { fields: { organizationId: "tenantId" } },
  session: { fields: { activeOrganizationId: "activeTenantId" } },
} as const;

/** What Better Auth joins, in one statement each. A relation has the name of its table. */
export const joins = {
  usersJoins: relations(users, ({ many }) => ({ accounts: many(accounts) })),
  accountsJoins: relations(accounts, ({ one }) => ({
    users: one(users, { fields: [accounts.userId], references: [users.id] }),
  })),
  sessionsJoins: relations(sessions, ({ one }) => ({
    users: one(users, { fields: [sessions.userId], references: [users.id] }),
  })),
  tenantsJoins: relations(tenants, ({ many }) => ({
    members: many(members),
    invitations: many(invitations),
  })),
  membersJoins: relations(members, ({ one }) => ({
    users: one(users, { fields: [members.userId], references: [users.id] }),
    tenants: one(tenants, { fields: [members.tenantId], references: [tenants.id] }),
  })),
  invitationsJoins: relations(invitations, ({ one }) => ({
    tenants: one(tenants, { fields: [invitations.tenantId], references: [tenants.id] }),
  })),
};
