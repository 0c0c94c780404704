import { Match, Template } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { build, ofType, resources } from "./support.ts";

const dev = build("dev").stacks.data;
const prod = build("prod").stacks.data;

describe.each([
  ["dev", dev],
  ["prod", prod],
] as const)("the data of %s", (_, data) => {
  it("is in Aurora PostgreSQL 17.9, encrypted with a key of its own", () => {
    Template.fromStack(data).hasResourceProperties("AWS::RDS::DBCluster", {
      Engine: "aurora-postgresql",
      EngineVersion: "17.9",
      StorageEncrypted: true,
      KmsKeyId: Match.objectLike({ "Fn::GetAtt": [Match.stringLikeRegexp("^DatabaseKey"), "Arn"] }),
    });
  });

  it("is accessed with IAM tokens and the Data API, and only RDS knows the master password", () => {
    Template.fromStack(data).hasResourceProperties("AWS::RDS::DBCluster", {
      EnableIAMDatabaseAuthentication: true,
      EnableHttpEndpoint: true,
      ManageMasterUserPassword: true,
      MasterUsername: "bulkhead_master",
      MasterUserPassword: Match.absent(),
    });
  });

  it("accepts TLS only, and closes idle connections so that it can pause", () => {
    Template.fromStack(data).hasResourceProperties("AWS::RDS::DBClusterParameterGroup", {
      Parameters: { "rds.force_ssl": "1", idle_session_timeout: "300000" },
    });
  });

  it("has no instance with a public address", () => {
    for (const { Properties } of ofType(data, "AWS::RDS::DBInstance")) {
      expect(Properties.PubliclyAccessible ?? false).toBe(false);
    }
  });

  it("has buckets without public access, encrypted, with an expiration", () => {
    for (const { Properties } of ofType(data, "AWS::S3::Bucket")) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual(Array(4).fill(true));
      expect(Properties.BucketEncryption).toBeDefined();
      expect(Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBeGreaterThan(0);
    }
  });

  it("lets CloudWatch publish to the alarm topic, from this account only", () => {
    Template.fromStack(data).hasResourceProperties("AWS::SNS::TopicPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Action: "sns:Publish",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
          }),
        ]),
      },
    });
  });

  // A new logical id is a new resource: CloudFormation would create an empty database beside the full
  // one. Changing an id here needs a data migration.
  it("keeps the logical ids of stateful resources", () => {
    const ids = Object.keys(resources(data));
    expect(ids).toEqual(expect.arrayContaining(KEPT));
  });
});

const KEPT = [
  "Alarms04B5A0BF",
  "AuthSecretC13F30CE",
  "DatabaseCluster5B53A178",
  "DatabaseKey5E5D9547",
  "Exports25637AFB",
  "ExportsKey7EBFED30",
  "OriginSecret5DDC59F1",
  "SecretsKey317DCF94",
];

it("dev can pause and be deleted", () => {
  Template.fromStack(dev).hasResource("AWS::RDS::DBCluster", {
    Properties: { ServerlessV2ScalingConfiguration: { MinCapacity: 0 }, DeletionProtection: false },
    DeletionPolicy: "Delete",
  });
});

it("prod has deletion protection, 35 days of point-in-time recovery, and a copy that outlives the cluster", () => {
  const template = Template.fromStack(prod);
  template.hasResource("AWS::RDS::DBCluster", {
    Properties: { DeletionProtection: true, BackupRetentionPeriod: 35 },
    DeletionPolicy: "Snapshot",
  });
  template.resourceCountIs("AWS::RDS::DBInstance", 2);
  template.hasResource("AWS::Backup::BackupVault", { DeletionPolicy: "Retain" });
  template.allResources("AWS::KMS::Key", { DeletionPolicy: "Retain" });
});
