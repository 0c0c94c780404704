import { answerCloudFormation } from "@bulkhead/aws/custom-resource";
import { readSecret } from "@bulkhead/aws/secrets";
import { readConfig, siteConfig, telemetryConfig } from "@bulkhead/config";
import { failed, inWork, logger, startTelemetry } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";
import { openSiteBucket } from "./bucket.ts";
import { readRelease } from "./release.ts";
import { physicalIdOf, settle } from "./settle.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);

const HERE = new URL("./", import.meta.url);

/** Brings the site's bucket to the release in this bundle, as a custom resource. */
export const handler = (
  event: CloudFormationCustomResourceEvent,
  { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
): Promise<void> =>
  inWork({ name: "publish site", kind: "consumer", scope: "site", requestId }, () =>
    publish(event),
  );

async function publish(event: CloudFormationCustomResourceEvent): Promise<void> {
  const bucket = openSiteBucket(readConfig(siteConfig).SITE_BUCKET);
  const physicalId = physicalIdOf(event, bucket);
  try {
    const done = await settle(event, bucket, () => readRelease(HERE));
    logger.info("The site is as it was asked to be.", done);
    await answerCloudFormation(event, physicalId, { Status: "SUCCESS" });
  } catch (error) {
    failed(error);
    logger.error("The site is not as it was asked to be.", error as Error);
    const Reason = error instanceof Error ? error.message : String(error);
    await answerCloudFormation(event, physicalId, { Status: "FAILED", Reason });
  }
}
