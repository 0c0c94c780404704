import { answerCloudFormation } from "@bulkhead/aws/custom-resource";
import { readSecret } from "@bulkhead/aws/secrets";
import { readConfig, siteConfig, telemetryConfig } from "@bulkhead/config";
import { failed, inWork, logger, startTelemetry } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";
import { openSiteBucket } from "./bucket.ts";
import { handleEvent, physicalIdOf } from "./handle-event.ts";
import { readRelease } from "./release.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);

const BUNDLE = new URL("./", import.meta.url);

/** A custom resource that publishes the release in this bundle to the site's bucket. */
export const handler = (
  event: CloudFormationCustomResourceEvent,
  { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
): Promise<void> =>
  inWork({ name: "publish site", kind: "consumer", scope: "site", requestId }, () =>
    respond(event),
  );

async function respond(event: CloudFormationCustomResourceEvent): Promise<void> {
  const bucket = openSiteBucket(readConfig(siteConfig).SITE_BUCKET);
  const physicalId = physicalIdOf(event, bucket);
  try {
    const counts = await handleEvent(event, bucket, () => readRelease(BUNDLE));
    logger.info("site release published", counts);
    await answerCloudFormation(event, physicalId, { Status: "SUCCESS" });
  } catch (error) {
    failed(error);
    logger.error("site release failed", error as Error);
    const Reason = error instanceof Error ? error.message : String(error);
    await answerCloudFormation(event, physicalId, { Status: "FAILED", Reason });
  }
}
