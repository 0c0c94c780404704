import { jsonb, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { audit } from "./schemas.ts";

/** Read only: triggers write it. */
export const auditEvents = audit.table("events", {
  tenantId: uuid("tenant_id").notNull(),
  id: uuid("id").notNull(),
  occurredAt: timestamp("occurred_at", { withTimezone: true }).notNull(),
  actor: text("actor").notNull(),
  action: text("action").notNull(),
  operation: text("operation", { enum: ["insert", "update", "delete"] }).notNull(),
  targetType: text("target_type").notNull(),
  targetId: uuid("target_id").notNull(),
  before: jsonb("before"),
  after: jsonb("after"),
  requestId: text("request_id").notNull(),
});
