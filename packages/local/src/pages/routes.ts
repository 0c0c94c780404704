import { dataRoutes } from "./data.ts";
import { functionRoutes } from "./functions.ts";
import { logRoutes } from "./logs.ts";
import { mailRoutes } from "./mail.ts";
import { overviewRoutes } from "./overview.ts";
import { queueRoutes } from "./queues.ts";
import { resourceRoutes } from "./resources.ts";
import type { PageRoute } from "./route.ts";
import { scheduleRoutes } from "./schedules.ts";
import { secretRoutes } from "./secrets.ts";
import { traceRoutes } from "./traces.ts";

export const routes: PageRoute[] = [
  ...overviewRoutes,
  ...mailRoutes,
  ...queueRoutes,
  ...dataRoutes,
  ...functionRoutes,
  ...logRoutes,
  ...traceRoutes,
  ...scheduleRoutes,
  ...secretRoutes,
  ...resourceRoutes,
];
