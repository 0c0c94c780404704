import { customType, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { app, BY_ACTOR, NEW_ID, tenantId } from "./schemas.ts";

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });
const at = (name: string) => timestamp(name, { withTimezone: true });

export const apiKeys = app.table("api_keys", {
  tenantId: tenantId(),
  id: uuid("id").notNull().default(NEW_ID),
  name: text("name").notNull(),
  prefix: text("prefix").notNull(),
  tokenHash: bytea("token_hash").notNull(),
  scopes: text("scopes").array().notNull(),
  expiresAt: at("expires_at"),
  revokedAt: at("revoked_at"),
  lastUsedAt: at("last_used_at"),
  createdBy: text("created_by").notNull().default(BY_ACTOR),
  createdAt: at("created_at").notNull().defaultNow(),
});
