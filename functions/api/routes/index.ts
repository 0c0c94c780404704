import type { Route } from "../route.ts";
import { apiKeys } from "./api-keys.ts";
import { auditEvents } from "./audit-events.ts";
import { health } from "./health.ts";
import { jobs } from "./jobs.ts";
import { openapi } from "./openapi.ts";
import { projects } from "./projects.ts";

/** Every route. A route that is not listed here is neither served nor documented. */
export const routes: readonly Route[] = [
  ...health,
  ...openapi(() => routes),
  ...projects,
  ...jobs,
  ...auditEvents,
  ...apiKeys,
];
