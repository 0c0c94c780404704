import { answerCloudFormation } from "@bulkhead/aws/custom-resource";
import { dataApiMigrator } from "@bulkhead/aws/data-api";
import { readSecret } from "@bulkhead/aws/secrets";
import { pairingConfig, readConfig, telemetryConfig } from "@bulkhead/config";
import { pairDatabases } from "@bulkhead/db/migrate";
import { failed, inWork, logger, startTelemetry } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";

startTelemetry(readConfig(telemetryConfig), readSecret);

/**
 * Pairs a dedicated database with the home database, as a custom resource: sets its name, and installs in both
 * the key that home's assertions are signed with.
 *
 * A Delete changes neither: tenants that live there stay reachable.
 */
export const handler = (
  event: CloudFormationCustomResourceEvent,
  { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
): Promise<void> =>
  inWork({ name: "pair", kind: "consumer", scope: "pairing", requestId }, () => handleEvent(event));

async function handleEvent(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    const newKey = event.RequestType !== "Delete" && (await pair(event));
    logger.info("dedicated database paired", { newKey });
    await answerCloudFormation(event, "pairing", { Status: "SUCCESS" });
  } catch (error) {
    failed(error);
    logger.error("database pairing failed", error as Error);
    const Reason = error instanceof Error ? error.message : String(error);
    await answerCloudFormation(event, "pairing", { Status: "FAILED", Reason });
  }
}

function pair({ ResourceProperties }: CloudFormationCustomResourceEvent): Promise<boolean> {
  const config = readConfig(pairingConfig);
  const generation = Number(ResourceProperties.KeyGeneration);
  if (!Number.isInteger(generation)) {
    throw new Error(
      `Invalid KeyGeneration ${JSON.stringify(ResourceProperties.KeyGeneration)}: expected a whole number.`,
    );
  }
  const migratorOf = (clusterArn: string, secretArn: string) =>
    dataApiMigrator({ clusterArn, secretArn, database: config.DATABASE_NAME });
  return pairDatabases(
    migratorOf(config.HOME_CLUSTER_ARN, config.HOME_MASTER_SECRET_ARN),
    migratorOf(config.CLUSTER_ARN, config.MASTER_SECRET_ARN),
    { name: config.PLACEMENT, generation },
  );
}
