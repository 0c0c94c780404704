export { listAuditEvents } from "./list.ts";
export { AuditEvent } from "./shape.ts";
