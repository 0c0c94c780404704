import { jsonb, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { app, BY_ACTOR, NEW_ID, tenantId } from "./schemas.ts";

export const projects = app.table("projects", {
  tenantId: tenantId(),
  id: uuid("id").notNull().default(NEW_ID),
  name: text("name").notNull(),
  description: text("description").notNull().default(""),
  attributes: jsonb("attributes").$type<Record<string, string>>().notNull().default({}),
  createdBy: text("created_by").notNull().default(BY_ACTOR),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull().defaultNow(),
});
