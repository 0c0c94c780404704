import { auditEvents } from "@bulkhead/db/tables";
import { z } from "zod";
import { json } from "../tenancy/index.ts";

const Row = z.record(z.string(), z.unknown()).nullable();

/**
 * Who changed what. `action` is what the caller set out to do; `operation`, `before` and `after` are
 * what happened to the row. Secrets in it read `[redacted]`.
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
    before: Row,
    after: Row,
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
