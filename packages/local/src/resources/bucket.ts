import { isObject } from "../shared/json.ts";
import { created } from "./created.ts";
import { physicalName } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";

const privateBucket = "only processes of this machine reach the bucket";

export const bucket: EmulatedType = {
  type: "AWS::S3::Bucket",
  properties: {
    BucketName: supported,
    BucketEncryption: {
      ServerSideEncryptionConfiguration: {
        BucketKeyEnabled: supported,
        ServerSideEncryptionByDefault: { SSEAlgorithm: supported, KMSMasterKeyID: supported },
      },
    },
    LifecycleConfiguration: ignored("objects do not expire"),
    VersioningConfiguration: ignored("only the newest version is stored"),
    LoggingConfiguration: ignored(privateBucket),
    OwnershipControls: ignored(privateBucket),
    PublicAccessBlockConfiguration: ignored(privateBucket),
    AccessControl: ignored(privateBucket),
  },

  create(context) {
    const { read, stack, cloud } = context;
    const name = read.optionalText("BucketName") ?? physicalName(context, 63).toLowerCase();
    const { arn } = cloud.services.s3.createBucket({ name, ...encryptionOf(context) });
    return created(context, name, {
      Arn: arn,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: regionalDomain(name, stack.region),
    });
  },
};

export const regionalDomain = (bucketName: string, region: string) =>
  `${bucketName}.s3.${region}.amazonaws.com`;

function encryptionOf({ read }: ResourceContext) {
  const [rule] = [read.object("BucketEncryption").ServerSideEncryptionConfiguration ?? []].flat();
  const byDefault = isObject(rule) ? rule.ServerSideEncryptionByDefault : undefined;
  if (!isObject(rule) || !isObject(byDefault)) return {};
  return {
    encryption: {
      algorithm: String(byDefault.SSEAlgorithm) as "AES256" | "aws:kms",
      kmsKeyId: byDefault.KMSMasterKeyID ? String(byDefault.KMSMasterKeyID) : undefined,
      bucketKey: rule.BucketKeyEnabled === true,
    },
  };
}
