import type { CloudFormationCustomResourceEvent } from "aws-lambda";
import type { SiteBucket } from "./bucket.ts";
import { empty, publish } from "./publish.ts";
import type { Release } from "./release.ts";

/**
 * Does what CloudFormation asks for.
 *
 * A rollback is an Update from here: CloudFormation has put the function's earlier bundle back before
 * it asks, and so the earlier release is published again. A Delete empties the bucket where the
 * resource's `EmptiesBucket` says so, and leaves it as it is elsewhere.
 */
export async function settle(
  event: CloudFormationCustomResourceEvent,
  bucket: SiteBucket,
  readRelease: () => Promise<Release>,
) {
  if (event.RequestType !== "Delete") return publish(await readRelease(), bucket);
  // After the bucket was replaced by another, CloudFormation asks for the Delete of the old one's
  // site: this function may not touch that bucket any more, and must not empty the new one.
  const isOurs = event.PhysicalResourceId === bucket.name;
  if (!isOurs || event.ResourceProperties.EmptiesBucket !== "true") return { removed: 0 };
  return { removed: await empty(bucket) };
}

/** The site is that of a bucket. A Delete must be answered with the id that it came with. */
export const physicalIdOf = (event: CloudFormationCustomResourceEvent, bucket: SiteBucket) =>
  event.RequestType === "Delete" ? event.PhysicalResourceId : bucket.name;
