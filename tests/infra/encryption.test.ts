import { describe, expect, it } from "vitest";
import { build, everything } from "./support.ts";

/** The property that names the key for encryption at rest. */
const KEY: Record<string, string> = {
  "AWS::Backup::BackupVault": "EncryptionKeyArn",
  "AWS::Logs::LogGroup": "KmsKeyId",
  "AWS::RDS::DBCluster": "KmsKeyId",
  "AWS::SNS::Topic": "KmsMasterKeyId",
  "AWS::SQS::Queue": "KmsMasterKeyId",
  "AWS::SecretsManager::Secret": "KmsKeyId",
};

/** S3's access log delivery can't use a customer managed key, and the site is public. */
const ENCRYPTED_BY_S3 = ["Data/AccessLogs", "Entry/AccessLogs", "Entry/Site"];

describe.each(["dev", "prod"] as const)("at rest in %s", (name) => {
  const built = build(name);
  const all = everything(built);

  it("every stateful resource is encrypted with a key of this app", () => {
    const stateful = all.filter(({ Type }) => KEY[Type]);
    expect(new Set(stateful.map(({ Type }) => Type)).size).toBeGreaterThan(4);
    const others = stateful.filter(({ Type, Properties }) => !isOurs(Properties[KEY[Type] ?? ""]));
    expect(others.map(({ stack, id }) => `${stack}/${id}`)).toEqual([]);
  });

  it("so is every bucket, except three", () => {
    const buckets = all.filter(({ Type }) => Type === "AWS::S3::Bucket");
    const others = buckets.filter(({ Properties }) => {
      const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration;
      return !isOurs(rule.ServerSideEncryptionByDefault.KMSMasterKeyID);
    });
    const named = others.map(({ stack, id }) => `${stack}/${id.replace(/[0-9A-F]{8}$/, "")}`);
    expect(named.sort()).toEqual(ENCRYPTED_BY_S3);
  });

  it("each key rotates every year", () => {
    const keys = all.filter(({ Type }) => Type === "AWS::KMS::Key");
    expect(keys.length).toBeGreaterThan(3);
    for (const { Properties } of keys) expect(Properties.EnableKeyRotation).toBe(true);
  });

  it("every log group has the retention of the stage", () => {
    const groups = all.filter(({ Type }) => Type === "AWS::Logs::LogGroup");
    const others = groups.filter(
      ({ Properties }) => Properties.RetentionInDays !== built.stage.logDays,
    );
    expect(others.map(({ stack, id }) => `${stack}/${id}`)).toEqual([]);
  });
});

/** A reference to a key in a stack. An alias of an AWS managed key (`alias/aws/sqs`) is a string. */
const isOurs = (key: unknown) => typeof key === "object" && /Key/.test(JSON.stringify(key));
