import { auditEvents } from "@bulkhead/db/tables";
import { z } from "zod";
import { json } from "../verb/index.ts";

const row = (description: string) =>
  z.record(z.string(), z.unknown()).nullable().meta({ description });

/**
 * Who changed what. `action` is what the caller set out to do; `operation`, `before` and `after` are
 * what happened to the row. Secrets in it read `[redacted]`. Bookkeeping (when a key was used, a job's way
 * along the queue) is not in it.
 */
export const AuditEvent = z
  .object({
    id: z.uuid(),
    occurred_at: z.iso.datetime({ offset: true }),
    actor: z.string(),
    action: z.string(),
    operation: z.enum(["insert", "update", "delete"]),
    target_type: z.string(),
    target_id: z.uuid(),
    before: row(
      "What was there: of an update the columns that it changed, of a delete the whole row. Null for an insert.",
    ),
    after: row(
      "What is there now: of an update the columns that it changed, of an insert the whole row. Null for a delete.",
    ),
    request_id: z.string(),
  })
  .meta({ id: "AuditEvent" });

/** The same, as PostgreSQL writes it. */
export const auditEventJson = json({
  id: auditEvents.id,
  occurred_at: auditEvents.occurredAt,
  actor: auditEvents.actor,
  action: auditEvents.action,
  operation: auditEvents.operation,
  target_type: auditEvents.targetType,
  target_id: auditEvents.targetId,
  before: auditEvents.before,
  after: auditEvents.after,
  request_id: auditEvents.requestId,
});
