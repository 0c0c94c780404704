import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { type Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { EmailIdentity, Identity } from "aws-cdk-lib/aws-ses";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { BackupVault } from "../constructs/backup.ts";
import { Database, ringForCapacity } from "../constructs/database.ts";
import { newKey } from "../constructs/keys.ts";
import { logBucket, privateBucket } from "../constructs/private-bucket.ts";
import type { StageConfig } from "../stages.ts";
import type { NetworkStack } from "./network.ts";

export interface DataStackProps extends StackProps {
  readonly stage: StageConfig;
  readonly network: NetworkStack;
}

/** What must survive a deployment: the database, the secrets, the buckets, who hears alarms. */
export class DataStack extends Stack {
  readonly database: Database;
  readonly secretsKey: Key;
  /** Signs sessions. Replacing it signs everybody out. */
  readonly authSecret: Secret;
  /** Proves to the functions that a request came through the distribution. */
  readonly originSecret: Secret;
  readonly exportsKey: Key;
  readonly exports: Bucket;
  readonly alarms: Topic;

  constructor(scope: Construct, id: string, props: DataStackProps) {
    super(scope, id, props);
    const { stage, network } = props;

    this.alarms = this.addAlarms(props);
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
          // An export is a copy: whoever still needs it asks again.
          expiration: Duration.days(30),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });

    if (stage.mail.identity) this.addMailIdentity(stage.mail.identity);

    ringForCapacity(this, this.alarms, this.database, "database.maximumCapacity");
  }

  /** 64 letters and digits, about 380 bits. Without punctuation it travels in any header. */
  private addSecret(id: string, description: string): Secret {
    return new Secret(this, id, {
      description,
      encryptionKey: this.secretsKey,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
  }

  private addAlarms({ stage, network }: DataStackProps): Topic {
    const topic = new Topic(this, "Alarms", { masterKey: network.operationsKey, enforceSSL: true });
    // A topic with a policy has lost the default one, which let the account's alarms publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    if (stage.alarms) topic.addSubscription(new EmailSubscription(stage.alarms.email));
    return topic;
  }

  private addMailIdentity(name: string): void {
    const isAddress = name.includes("@");
    const identity = new EmailIdentity(this, "Sender", {
      identity: isAddress ? Identity.email(name) : Identity.domain(name),
    });
    if (isAddress) return; // SES writes to it, and waits for the click.
    for (const [index, { name: record, value }] of identity.dkimRecords.entries()) {
      new CfnOutput(this, `DkimRecord${index + 1}`, {
        description: `CNAME to add to the DNS of ${name}`,
        value: `${record} ${value}`,
      });
    }
  }
}
