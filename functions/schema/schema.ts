import { answerCloudFormation } from "@bulkhead/aws/custom-resource";
import { annotate, failed, inWork, logger } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";

export type Deps = {
  /** Applies what is missing, and says what that was. */
  bringUp(): Promise<string[]>;
};

/**
 * Brings the schema up to the files in this bundle, as a custom resource: everything that uses the
 * database is deployed after it.
 *
 * A Delete leaves the database as it is, and so does an Update to older files, which is what a
 * rollback looks like from here: both answer SUCCESS.
 */
export const createSchema =
  ({ bringUp }: Deps) =>
  (
    event: CloudFormationCustomResourceEvent,
    { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
  ): Promise<void> =>
    inWork({ name: "migrate", kind: "consumer", scope: "schema", requestId }, async () => {
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
    });
