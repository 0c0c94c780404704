import { auditEvents } from "@bulkhead/db/tables";
import { type Column, sql } from "drizzle-orm";
import { z } from "zod";
import { defineReadOfBoth, type PageQuery, page, paging } from "../verb/index.ts";
import { auditEventJson } from "./shape.ts";

const filter = z.string().min(1).max(200).optional();

/** True of every row when the caller did not ask. The cast gives a null its type. */
const matches = (column: Column, field: string) => {
  const wanted = sql`${sql.placeholder(field)}::${sql.raw(column.getSQLType())}`;
  return sql`(${wanted} is null or ${column} = ${wanted})`;
};

const list: PageQuery = {
  from: auditEvents,
  order: [auditEvents.occurredAt, auditEvents.id],
  item: auditEventJson,
  where: sql.join(
    [
      matches(auditEvents.targetType, "target_type"),
      matches(auditEvents.targetId, "target_id"),
      matches(auditEvents.actor, "actor"),
      matches(auditEvents.action, "action"),
    ],
    sql` and `,
  ),
};

export const listAuditEvents = defineReadOfBoth({
  action: "audit.list",
  permission: "audit:read",
  input: z.strictObject({
    ...paging,
    target_type: filter,
    target_id: z.uuid().optional(),
    actor: filter,
    action: filter,
  }),
  home: page(list),
  elsewhere: page({ ...list, merge: { at: "occurred_at", id: "id" } }),
});
