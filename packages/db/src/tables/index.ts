export { apiKeys } from "./api-keys.ts";
export { auditEvents } from "./audit-events.ts";
export { jobs } from "./jobs.ts";
export { projects } from "./projects.ts";
