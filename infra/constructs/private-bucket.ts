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
  // CloudFormation deletes no bucket that holds objects, and emptying one takes a helper function.
  // So a bucket stays when its stack goes, and its lifecycle empties it.
  removalPolicy: RemovalPolicy.RETAIN,
} satisfies BucketProps;

/** A bucket that nobody reads anonymously, versioned, with an access log. */
export function privateBucket(scope: Construct, id: string, props: BucketProps): Bucket {
  return new Bucket(scope, id, { ...PRIVATE, versioned: true, ...props });
}

/**
 * Where access logs go. S3's own log delivery can't use a customer's key: without a key of ours the
 * bucket is encrypted with S3's.
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
