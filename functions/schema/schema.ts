import { answerCloudFormation } from "@bulkhead/aws/custom-resource";
import { annotate, failed, inWork, logger } from "@bulkhead/telemetry";
import type { CloudFormationCustomResourceEvent, Context } from "aws-lambda";

export type Deps = {
  /** Applies the missing migrations. Returns their names. */
  migrate(): Promise<string[]>;
};

/**
 * A custom resource that applies the migrations in this bundle. Every stack that uses the database is
 * deployed after it.
 *
 * A Delete changes nothing. A rollback is an Update with fewer migrations, and changes nothing either.
 * Both respond with SUCCESS.
 */
export const createSchema =
  ({ migrate }: Deps) =>
  (
    event: CloudFormationCustomResourceEvent,
    { awsRequestId: requestId }: Pick<Context, "awsRequestId">,
  ): Promise<void> =>
    inWork({ name: "migrate", kind: "consumer", scope: "schema", requestId }, async () => {
      try {
        const applied = event.RequestType === "Delete" ? [] : await migrate();
        annotate({ "bulkhead.migrations": applied.length });
        logger.info("schema migrated", { applied });
        await answerCloudFormation(event, "schema", { Status: "SUCCESS" });
      } catch (error) {
        failed(error);
        logger.error("migration failed", error as Error);
        const Reason = error instanceof Error ? error.message : String(error);
        await answerCloudFormation(event, "schema", { Status: "FAILED", Reason });
      }
    });
