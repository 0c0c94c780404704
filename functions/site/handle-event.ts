import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import type { SiteBucket } from "./bucket.ts";
import { empty, publish } from "./publish.ts";
import type { Release } from "./release.ts";

/**
 * Handles an event of CloudFormation's.
 *
 * A rollback is an Update: CloudFormation restores the function's earlier bundle before it sends the
 * event, so the earlier release is published again. A Delete empties the bucket if the resource's
 * `EmptiesBucket` says so.
 */
export async function handleEvent(
  event: CloudFormationCustomResourceEvent,
  bucket: SiteBucket,
  readRelease: () => Promise<Release>,
) {
  if (event.RequestType !== "Delete") return publish(await readRelease(), bucket);
  // When a deployment replaces the bucket, CloudFormation sends a Delete for the old bucket's site. It
  // must not empty the new bucket, the only one that this function has permissions for.
  const isOurs = event.PhysicalResourceId === bucket.name;
  if (!isOurs || event.ResourceProperties.EmptiesBucket !== "true") return { removed: 0 };
  return { removed: await empty(bucket) };
}

/** The bucket's name. The response to a Delete must repeat the id of the event. */
export const physicalIdOf = (event: CloudFormationCustomResourceEvent, bucket: SiteBucket) =>
  event.RequestType === "Delete" ? event.PhysicalResourceId : bucket.name;
