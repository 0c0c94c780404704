import { describe, expect, it } from "vitest";
import { build, everything } from "./support.ts";

/** Where a resource names the key that encrypts it at rest. */
const KEY: Record<string, string> = {
  "AWS::Backup::BackupVault": "EncryptionKeyArn",
  "AWS::Logs::LogGroup": "KmsKeyId",
  "AWS::RDS::DBCluster": "KmsKeyId",
  "AWS::SNS::Topic": "KmsMasterKeyId",
  "AWS::SQS::Queue": "KmsMasterKeyId",
  "AWS::SecretsManager::Secret": "KmsKeyId",
};

/** S3's own access log delivery takes no customer's key, and the site is what every visitor downloads. */
const WITH_THE_KEY_OF_S3 = ["Data/AccessLogs", "Entry/AccessLogs", "Entry/Site"];

describe.each(["dev", "prod"] as const)("at rest in %s", (name) => {
  const built = build(name);
  const all = everything(built);

  it("everything that keeps something is encrypted with a key of ours", () => {
    const kept = all.filter(({ Type }) => KEY[Type]);
    expect(new Set(kept.map(({ Type }) => Type)).size).toBeGreaterThan(4);
    const bare = kept.filter(({ Type, Properties }) => !ours(Properties[KEY[Type] ?? ""]));
    expect(bare.map(({ stack, id }) => `${stack}/${id}`)).toEqual([]);
  });

  it("so is every bucket, but for three that can't be or need not be", () => {
    const buckets = all.filter(({ Type }) => Type === "AWS::S3::Bucket");
    const bare = buckets.filter(({ Properties }) => {
      const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration;
      return !ours(rule.ServerSideEncryptionByDefault.KMSMasterKeyID);
    });
    const named = bare.map(({ stack, id }) => `${stack}/${id.replace(/[0-9A-F]{8}$/, "")}`);
    expect(named.sort()).toEqual(WITH_THE_KEY_OF_S3);
  });

  it("each key turns over every year", () => {
    const keys = all.filter(({ Type }) => Type === "AWS::KMS::Key");
    expect(keys.length).toBeGreaterThan(3);
    for (const { Properties } of keys) expect(Properties.EnableKeyRotation).toBe(true);
  });

  it("no log outlives what the stage says, and none goes before", () => {
    const groups = all.filter(({ Type }) => Type === "AWS::Logs::LogGroup");
    const others = groups.filter(
      ({ Properties }) => Properties.RetentionInDays !== built.stage.logDays,
    );
    expect(others.map(({ stack, id }) => `${stack}/${id}`)).toEqual([]);
  });
});

/** A reference to a key of a stack of ours: an alias of AWS's (`alias/aws/sqs`) is plain text. */
const ours = (key: unknown) => typeof key === "object" && /Key/.test(JSON.stringify(key));
