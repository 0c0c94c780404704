import { type DatabaseConfig, RolePool } from "@bulkhead/db";
import { logger, outsideWork, reportDatabase } from "@bulkhead/telemetry";
import { currentIdentity } from "./audit-identity.ts";
import { traceQueries } from "./trace-queries.ts";

/** A small pool for one Lambda process, which serves one request at a time. */
export function openPool(config: DatabaseConfig): RolePool {
  const pool = new RolePool(
    { max: 2, ...config },
    {
      onIdleError: (error) =>
        outsideWork(() => logger.info("an idle connection was closed", { error })),
      report: reportDatabase,
      identity: currentIdentity,
    },
  );
  pool.on("connect", traceQueries);
  return pool;
}
