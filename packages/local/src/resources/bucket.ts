import { isObject } from "../template/json.ts";
import type { ActingType, Making } from "./acting.ts";
import { made } from "./made.ts";
import { physicalName } from "./naming.ts";
import { honoured, ignored } from "./properties.ts";

const laptop = "a laptop's bucket is its owner's alone";

export const bucket: ActingType = {
  type: "AWS::S3::Bucket",
  properties: {
    BucketName: honoured,
    BucketEncryption: {
      ServerSideEncryptionConfiguration: {
        BucketKeyEnabled: honoured,
        ServerSideEncryptionByDefault: { SSEAlgorithm: honoured, KMSMasterKeyID: honoured },
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

function encryptionOf({ read }: Making) {
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
