import { answerCloudFormation, dataApiMigrator, readSecret } from "@bulkhead/aws";
import { readConfig, schemaConfig, telemetryConfig } from "@bulkhead/config";
import { migrate, readMigrations } from "@bulkhead/db/migrate";
import { annotate, failed, inWork, logger, startTelemetry } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";
import { observed } from "./observed.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);

const MIGRATIONS = new URL("./migrations/", import.meta.url).pathname;

/**
 * Brings the schema up to the files in this bundle, as a custom resource: everything that uses the
 * database is deployed after it.
 *
 * A Delete leaves the database as it is, and so does an Update to older files, which is what a
 * rollback looks like from here: both answer SUCCESS.
 */
export const handler = (
  event: CloudFormationCustomResourceEvent,
  { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
): Promise<void> =>
  inWork({ name: "migrate", kind: "consumer", scope: "schema", requestId }, () => settle(event));

async function settle(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    const applied = event.RequestType === "Delete" ? [] : await bringUp();
    annotate({ "bulkhead.migrations": applied.length });
    logger.info("The schema is up to date.", { applied });
    await answerCloudFormation(event, "schema", { Status: "SUCCESS" });
  } catch (error) {
    failed(error);
    logger.error("The schema was not brought up to date.", error as Error);
    const reason = error instanceof Error ? error.message : String(error);
    await answerCloudFormation(event, "schema", { Status: "FAILED", Reason: reason });
  }
}

async function bringUp(): Promise<string[]> {
  const config = readConfig(schemaConfig);
  const migrator = dataApiMigrator({
    clusterArn: config.CLUSTER_ARN,
    secretArn: config.MASTER_SECRET_ARN,
    database: config.DATABASE_NAME,
  });
  return migrate(observed(migrator), await readMigrations(MIGRATIONS));
}
