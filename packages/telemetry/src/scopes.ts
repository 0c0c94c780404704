/**
 * What is done before a tenant is known, or for all of them. A line, a metric or a span bears a tenant's
 * id, or the name of one of these in `scope`: there is no third kind, and `tests/telemetry` looks.
 */
export const SCOPES = {
  process: "No request is served: a process starts, an idle connection is closed",
  unidentified: "A request whose credential opened no tenant, or has not been looked at yet",
  identity: "Identity: signing up and in, before a tenant is chosen",
  delivery: "A batch of messages as a whole: each of its records has a tenant of its own",
  unreadable: "A message that names no tenant",
  sweep: "Repairs over all tenants",
  schema: "Migrations, which belong to no tenant",
  pairing: "The pairing of two databases, which belong to no tenant",
  operator: "An operator's command, which may be about any tenant, or all of them",
  site: "The console's files, which belong to no tenant",
  exporter: "Spans on their way out, of many requests",
} as const;

export type Scope = keyof typeof SCOPES;
