import { isObject } from "../shared/json.ts";
import { made } from "./created.ts";
import { physicalName } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType, ResourceContext } from "./resource-type.ts";

const laptop = "a laptop's bucket is its owner's alone";

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
    LifecycleConfiguration: ignored("objects stay until someone deletes them or the folder"),
    VersioningConfiguration: ignored("only the newest version is kept"),
    LoggingConfiguration: ignored(laptop),
    OwnershipControls: ignored(laptop),
    PublicAccessBlockConfiguration: ignored(laptop),
    AccessControl: ignored(laptop),
  },

  make(making) {
    const { read, stack, cloud } = making;
    const name = read.optionalText("BucketName") ?? physicalName(making, 63).toLowerCase();
    const { arn } = cloud.services.s3.createBucket({ name, ...encryptionOf(making) });
    return made(making, name, {
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
