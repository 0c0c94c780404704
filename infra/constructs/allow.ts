import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import type { IDatabaseCluster } from "aws-cdk-lib/aws-rds";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { StageConfig } from "../stages.ts";

// Every permission that a role is given, one function each. They replace `grant*`, which emits wildcards
// (kms:GenerateDataKey*, s3:GetObject*) and adds to the key policy of the other stack, which makes the
// stacks depend on each other.

const allow = (actions: string[], ...resources: string[]) =>
  new PolicyStatement({ actions, resources });

export const writeLogs = (group: ILogGroup) =>
  allow(["logs:CreateLogStream", "logs:PutLogEvents"], group.logGroupArn);

/** Permissions of flow logs: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
export const writeFlows = (group: ILogGroup) =>
  allow(
    ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    group.logGroupArn,
  );

/**
 * What Lambda's own segments need, and X-Ray's OTLP endpoint (`PutTraceSegments`). X-Ray has no
 * resource level: a trace belongs to the account.
 */
export const writeTraces = () => allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*");

/**
 * Lambda attaches a function to the VPC with the function's own role, and checks at deployment that
 * it may do so on every resource, because the interfaces do not exist yet.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export const joinNetwork = () =>
  allow(
    [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ],
    "*",
  );

/** Login to these clusters as one database user, with an IAM token. */
export const connectAs = (scope: Construct, user: string, ...clusters: IDatabaseCluster[]) =>
  allow(
    ["rds-db:connect"],
    ...clusters.map((cluster) =>
      Stack.of(scope).formatArn({
        service: "rds-db",
        resource: "dbuser",
        resourceName: `${cluster.clusterResourceIdentifier}/${user}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ),
  );

/** Statements over the RDS Data API. They also need the secret of the master user. */
export const useDataApi = (cluster: IDatabaseCluster) =>
  allow(
    [
      "rds-data:BeginTransaction",
      "rds-data:CommitTransaction",
      "rds-data:ExecuteStatement",
      "rds-data:RollbackTransaction",
    ],
    cluster.clusterArn,
  );

export const readSecrets = (...secrets: ISecret[]) =>
  allow(["secretsmanager:GetSecretValue"], ...secrets.map((secret) => secret.secretArn));

/** Use of a key through one service only: a direct `kms:Decrypt` is denied. */
export const useKey = (key: IKey, service: "secretsmanager" | "s3" | "sqs", actions: KeyAction[]) =>
  new PolicyStatement({
    actions: actions.map((action) => `kms:${action}`),
    resources: [key.keyArn],
    conditions: {
      StringEquals: { "kms:ViaService": `${service}.${Stack.of(key).region}.amazonaws.com` },
    },
  });
type KeyAction = "Decrypt" | "GenerateDataKey";

export const readObjects = (bucket: IBucket, prefix: string) =>
  allow(["s3:GetObject"], bucket.arnForObjects(`${prefix}*`));

export const writeObjects = (bucket: IBucket, prefix: string) =>
  allow(["s3:GetObject", "s3:PutObject"], bucket.arnForObjects(`${prefix}*`));

/** Listing the objects below these prefixes, and no others. */
export const listObjects = (bucket: IBucket, ...prefixes: string[]) =>
  new PolicyStatement({
    actions: ["s3:ListBucket"],
    resources: [bucket.bucketArn],
    conditions: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
  });

/** Uploading a site's files, and deleting those of old releases. */
export const publishTo = (bucket: IBucket) => [
  allow(["s3:ListBucket"], bucket.bucketArn),
  allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], bucket.arnForObjects("*")),
];

export const sendTo = (...queues: IQueue[]) =>
  allow(["sqs:SendMessage"], ...queues.map((queue) => queue.queueArn));

/** What an event source mapping needs, and ChangeMessageVisibility for the backoff of a failed record. */
export const consume = (queue: IQueue) =>
  allow(
    [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:ChangeMessageVisibility",
      "sqs:GetQueueAttributes",
    ],
    queue.queueArn,
  );

/**
 * Mail from one sender. SES checks the identity of the sender, which is the address or its domain, and
 * in the sandbox also that of the recipient.
 */
export const sendMail = (
  scope: Construct,
  { from, sandboxRecipients = [] }: StageConfig["mail"],
) => {
  const domain = from.slice(from.indexOf("@") + 1);
  return new PolicyStatement({
    actions: ["ses:SendEmail"],
    resources: [domain, from, ...sandboxRecipients].map((identity) =>
      Stack.of(scope).formatArn({ service: "ses", resource: "identity", resourceName: identity }),
    ),
    conditions: { StringEquals: { "ses:FromAddress": from } },
  });
};
