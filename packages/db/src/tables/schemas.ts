import { sql } from "drizzle-orm";
import { pgSchema, uuid } from "drizzle-orm/pg-core";

export const app = pgSchema("app");
export const audit = pgSchema("audit");

/** Every tenant-owned table has it, and the signed context fills it in. */
export const tenantId = () => uuid("tenant_id").notNull().default(sql`app.claimed_tenant()`);

/** Of a new row: a UUID that is ordered by time. */
export const NEW_ID = sql`app.new_id()`;

/** Likewise who did it: `user:…`, `key:…` or `job:…`. */
export const BY_ACTOR = sql`app.claimed_actor()`;
