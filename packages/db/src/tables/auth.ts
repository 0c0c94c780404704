import { bigint, boolean, integer, pgSchema, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { NEW_ID } from "./schemas.ts";

/** Identity spans tenants: only the auth function has grants on these tables. */
export const auth = pgSchema("auth");

const id = () => uuid("id").primaryKey().default(NEW_ID);
const at = (name: string) => timestamp(name, { withTimezone: true });
const now = (name: string) => at(name).notNull().defaultNow();

export const users = auth.table("users", {
  id: id(),
  name: text("name").notNull(),
  email: text("email").notNull().unique(),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  createdAt: now("created_at"),
  updatedAt: now("updated_at"),
});

export const sessions = auth.table("sessions", {
  id: id(),
  userId: uuid("user_id").notNull(),
  /** In hex, `sha256(sha256(token))`: a row opens nothing. */
  token: text("token").notNull().unique(),
  expiresAt: at("expires_at").notNull(),
  ipAddress: text("ip_address"),
  userAgent: text("user_agent"),
  /** Filled in by a trigger with the user's oldest membership when a session begins without one. */
  activeTenantId: uuid("active_tenant_id"),
  createdAt: now("created_at"),
  updatedAt: now("updated_at"),
});

export const accounts = auth.table("accounts", {
  id: id(),
  userId: uuid("user_id").notNull(),
  accountId: text("account_id").notNull(),
  providerId: text("provider_id").notNull(),
  accessToken: text("access_token"),
  refreshToken: text("refresh_token"),
  idToken: text("id_token"),
  accessTokenExpiresAt: at("access_token_expires_at"),
  refreshTokenExpiresAt: at("refresh_token_expires_at"),
  scope: text("scope"),
  password: text("password"),
  createdAt: now("created_at"),
  updatedAt: now("updated_at"),
});

/** Promises sent by mail. The identifier is a hash: a row proves nothing. */
export const verifications = auth.table("verifications", {
  id: id(),
  identifier: text("identifier").notNull(),
  value: text("value").notNull(),
  expiresAt: at("expires_at").notNull(),
  createdAt: now("created_at"),
  updatedAt: now("updated_at"),
});

/**
 * What identity knows of a tenant. Its status and limits are columns too, and missing here on
 * purpose: Drizzle names every column in an insert, and a sign-up does not decide those.
 */
export const tenants = auth.table("tenants", {
  id: id(),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique(),
  logo: text("logo"),
  metadata: text("metadata"),
  createdAt: now("created_at"),
});

export const members = auth.table("members", {
  id: id(),
  tenantId: uuid("tenant_id").notNull(),
  userId: uuid("user_id").notNull(),
  role: text("role", { enum: ["owner", "admin", "member"] }).notNull(),
  createdAt: now("created_at"),
});

export const invitations = auth.table("invitations", {
  id: id(),
  tenantId: uuid("tenant_id").notNull(),
  email: text("email").notNull(),
  role: text("role", { enum: ["owner", "admin", "member"] }).notNull(),
  status: text("status").notNull().default("pending"),
  inviterId: uuid("inviter_id").notNull(),
  expiresAt: at("expires_at").notNull(),
  createdAt: now("created_at"),
});

export const rateLimits = auth.table("rate_limits", {
  id: id(),
  key: text("key").notNull().unique(),
  count: integer("count").notNull(),
  /** When the window began, in milliseconds since 1970. */
  lastRequest: bigint("last_request", { mode: "number" }).notNull(),
});
