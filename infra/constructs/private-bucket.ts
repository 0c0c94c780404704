import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";

const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  // CloudFormation can't delete a bucket with objects, and the CDK's way to empty one is a helper function.
  // So a bucket is retained when its stack is deleted, and its lifecycle rules empty it.
  removalPolicy: RemovalPolicy.RETAIN,
} satisfies BucketProps;

/** A versioned bucket without public access. */
export function privateBucket(scope: Construct, id: string, props: BucketProps): Bucket {
  return new Bucket(scope, id, { ...PRIVATE, versioned: true, ...props });
}

/**
 * A bucket for access logs. Encrypted with S3's own key unless `props` names another: S3's log delivery
 * can't use a customer managed key.
 */
export function logBucket(
  scope: Construct,
  id: string,
  expireDays: number,
  props: BucketProps = {},
): Bucket {
  return new Bucket(scope, id, {
    ...PRIVATE,
    encryption: BucketEncryption.S3_MANAGED,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
    versioned: true,
    lifecycleRules: [
      {
        expiration: Duration.days(expireDays),
        noncurrentVersionExpiration: Duration.days(1),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    ...props,
  });
}
