import { integer, jsonb, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { app, BY_ACTOR, NEW_ID, tenantId } from "./schemas.ts";

const at = (name: string) => timestamp(name, { withTimezone: true });

/** Read only: `app.enqueue` and its like write it. */
export const jobs = app.table("jobs", {
  tenantId: tenantId(),
  id: uuid("id").notNull().default(NEW_ID),
  task: text("task").notNull(),
  input: jsonb("input").notNull(),
  state: text("state", { enum: ["queued", "running", "succeeded", "failed"] }).notNull(),
  priority: smallint("priority").notNull(),
  runAt: at("run_at").notNull(),
  slot: smallint("slot"),
  epoch: integer("epoch").notNull(),
  attempt: integer("attempt").notNull(),
  sentAt: at("sent_at"),
  leaseUntil: at("lease_until"),
  result: jsonb("result"),
  error: jsonb("error"),
  createdBy: text("created_by").notNull().default(BY_ACTOR),
  createdAt: at("created_at").notNull().defaultNow(),
  finishedAt: at("finished_at"),
  trace: text("trace"),
});
