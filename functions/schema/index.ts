import { dataApiMigrator } from "@bulkhead/aws/data-api";
import { readSecret } from "@bulkhead/aws/secrets";
import { readConfig, schemaConfig, telemetryConfig } from "@bulkhead/config";
import { migrate, readMigrations } from "@bulkhead/db/migrate";
import { startTelemetry } from "@bulkhead/telemetry";
import { observed } from "./observed.ts";
import { createSchema } from "./schema.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);

const MIGRATIONS = new URL("./migrations/", import.meta.url).pathname;

export const handler = createSchema({
  async migrate() {
    const config = readConfig(schemaConfig);
    const migrator = dataApiMigrator({
      clusterArn: config.CLUSTER_ARN,
      secretArn: config.MASTER_SECRET_ARN,
      database: config.DATABASE_NAME,
    });
    return migrate(observed(migrator), await readMigrations(MIGRATIONS));
  },
});
