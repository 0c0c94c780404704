import { logger } from "./logger.ts";
import { count, type MetricName } from "./metrics.ts";
import { outsideWork } from "./trace/in-work.ts";

/** What `@bulkhead/db` has done against SQL that changed or blocked a role that all requests share. */
export type DatabaseEvent = { name: keyof typeof COUNTED };

const COUNTED = {
  "role settings cleared": "RoleSettingsCleared",
  "session terminated": "SessionTerminated",
} as const satisfies Record<string, MetricName>;

/** Logs and counts it outside of the work that it came up in, which is not what caused it. */
export function reportDatabase({ name, ...details }: DatabaseEvent): void {
  outsideWork(() => {
    logger.warn(name, details);
    count(COUNTED[name]);
  });
}
