import { answerCloudFormation } from "@bulkhead/aws/custom-resource";
import { dataApiMigrator } from "@bulkhead/aws/data-api";
import { readSecret } from "@bulkhead/aws/secrets";
import { introductionConfig, readConfig, telemetryConfig } from "@bulkhead/config";
import { introduce } from "@bulkhead/db/migrate";
import { failed, inWork, logger, startTelemetry } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";

startTelemetry(readConfig(telemetryConfig), readSecret);

/**
 * Introduces a dedicated database to the home database, as a custom resource: tells it its name, and
 * brings both the key that home's assertions are signed with.
 *
 * A Delete leaves both as they are: whoever lives there goes on living there.
 */
export const handler = (
  event: CloudFormationCustomResourceEvent,
  { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
): Promise<void> =>
  inWork({ name: "introduce", kind: "consumer", scope: "introduction", requestId }, () =>
    settle(event),
  );

async function settle(event: CloudFormationCustomResourceEvent): Promise<void> {
  try {
    const newKey = event.RequestType !== "Delete" && (await bringTogether(event));
    logger.info("The databases know each other.", { newKey });
    await answerCloudFormation(event, "introduction", { Status: "SUCCESS" });
  } catch (error) {
    failed(error);
    logger.error("The databases were not introduced.", error as Error);
    const Reason = error instanceof Error ? error.message : String(error);
    await answerCloudFormation(event, "introduction", { Status: "FAILED", Reason });
  }
}

function bringTogether({
  ResourceProperties,
}: CloudFormationCustomResourceEvent): Promise<boolean> {
  const config = readConfig(introductionConfig);
  const generation = Number(ResourceProperties.KeyGeneration);
  if (!Number.isInteger(generation)) throw new Error("KeyGeneration must be a whole number.");
  const at = (clusterArn: string, secretArn: string) =>
    dataApiMigrator({ clusterArn, secretArn, database: config.DATABASE_NAME });
  return introduce(
    at(config.HOME_CLUSTER_ARN, config.HOME_MASTER_SECRET_ARN),
    at(config.CLUSTER_ARN, config.MASTER_SECRET_ARN),
    { name: config.PLACEMENT, generation },
  );
}
