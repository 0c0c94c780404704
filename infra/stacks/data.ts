import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { type Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { EmailIdentity, Identity } from "aws-cdk-lib/aws-ses";
import type { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { alarmTopic } from "../constructs/alarm-topic.ts";
import { BackupVault } from "../constructs/backup.ts";
import { Database } from "../constructs/database.ts";
import { newKey } from "../constructs/keys.ts";
import { logBucket, privateBucket } from "../constructs/private-bucket.ts";
import type { StageConfig } from "../stages.ts";
import type { NetworkStack } from "./network.ts";

export interface DataStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly network: NetworkStack;
}

/** Everything stateful: the database, the secrets, the buckets, the subscribers to alarms. */
export class DataStack extends Stack {
  readonly database: Database;
  readonly secretsKey: Key;
  /** Signs sessions. Replacing it signs every user out. */
  readonly authSecret: Secret;
  /** Proves to the functions that a request came through the distribution. */
  readonly originSecret: Secret;
  readonly exportsKey: Key;
  readonly exports: Bucket;
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { stage, network } = props;

    this.alarms = alarmTopic(this, stage, network.operationsKey);
    this.database = new Database(this, "Database", {
      stage,
      network,
      settings: stage.database,
      group: network.database,
    });
    if (stage.database.vaultDays) {
      new BackupVault(this, "Vault", {
        cluster: this.database.cluster,
        key: this.database.key,
        keepDays: stage.database.vaultDays,
      });
    }

    this.secretsKey = newKey(this, "SecretsKey", stage, "Secrets of the functions");
    this.authSecret = this.addSecret("AuthSecret", "Signs sessions");
    this.originSecret = this.addSecret("OriginSecret", "Shared by the distribution and the API");

    this.exportsKey = newKey(this, "ExportsKey", stage, "Exports of the tenants");
    this.exports = privateBucket(this, "Exports", {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.exportsKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: logBucket(this, "AccessLogs", stage.logDays),
      serverAccessLogsPrefix: "exports/",
      lifecycleRules: [
        {
          // An export is a copy, and can be requested again.
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });

    if (stage.mail.identity) this.addMailIdentity(stage.mail.identity);
  }

  /** 64 letters and digits, about 380 bits. Without punctuation, so it fits in a header. */
  private addSecret(id: string, description: string): Secret {
    return new Secret(this, id, {
      description,
      encryptionKey: this.secretsKey,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
  }

  private addMailIdentity(name: string): void {
    const isAddress = name.includes("@");
    const identity = new EmailIdentity(this, "Sender", {
      identity: isAddress ? Identity.email(name) : Identity.domain(name),
    });
    if (isAddress) return; // SES sends it a mail with a link to confirm
    for (const [index, { name: record, value }] of identity.dkimRecords.entries()) {
      new CfnOutput(this, `DkimRecord${index + 1}`, {
        description: `CNAME to add to the DNS of ${name}`,
        value: `${record} ${value}`,
      });
    }
  }
}
