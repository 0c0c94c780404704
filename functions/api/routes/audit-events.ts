import { AuditEvent, listAuditEvents } from "@bulkhead/core/audit";
import { PageOf } from "@bulkhead/core/verb";
import { reads } from "../route.ts";

export const auditEvents = [
  reads("/v1/audit-events", listAuditEvents, {
    summary: "List who changed what, the newest first",
    description: "Filters are exact, and all of those given must match.",
    answers: PageOf(AuditEvent),
  }),
];
