import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { ISecurityGroup } from "aws-cdk-lib/aws-ec2";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  ParameterGroup,
} from "aws-cdk-lib/aws-rds";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { DatabaseSettings, StageConfig } from "../stages.ts";
import { newKey } from "./keys.ts";
import { encryptedLogs } from "./logs.ts";
import { NamedRole } from "./named-role.ts";
import type { Network } from "./network.ts";

// Pinned: a newer minor version is a change to this line, which a test checks. The local cloud runs the
// same major version.
const ENGINE = DatabaseClusterEngine.auroraPostgres({
  version: AuroraPostgresEngineVersion.VER_17_9,
});

export const DATABASE_NAME = "bulkhead";
const MASTER = "bulkhead_master";

export interface DatabaseProps {
  readonly stage: StageConfig;
  readonly network: Network;
  readonly settings: DatabaseSettings;
  /** Decides which security groups may connect. */
  readonly group: ISecurityGroup;
}

/** Aurora PostgreSQL Serverless v2, encrypted with a key of its own. Users log in with IAM tokens. */
export class Database extends Construct {
  readonly cluster: DatabaseCluster;
  readonly key: Key;
  readonly settings: DatabaseSettings;
  /** PostgreSQL's log, exported by RDS. */
  readonly logs: LogGroup;
  /** JSON with `username` and `password`. RDS creates it and rotates it every seven days. */
  readonly masterSecret: ISecret;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { stage, network, settings, group } = props;
    const { protection } = stage;
    this.settings = settings;
    this.key = newKey(this, "Key", stage, "Database, its backups and its master secret");

    // RDS exports to a log group named after the cluster, and creates one without key or retention if
    // there is none. So the cluster has a name, and the group is created before it.
    const clusterIdentifier = Stack.of(this).stackName.toLowerCase();
    this.logs = encryptedLogs(this, "Logs", stage, network.operationsKey, {
      logGroupName: `/aws/rds/cluster/${clusterIdentifier}/postgresql`,
    });

    this.cluster = new DatabaseCluster(this, "Cluster", {
      engine: ENGINE,
      clusterIdentifier,
      defaultDatabaseName: DATABASE_NAME,
      credentials: Credentials.fromUsername(MASTER, { encryptionKey: this.key }),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      enableDataApi: true,
      writer: ClusterInstance.serverlessV2("Writer"),
      readers: Array.from({ length: settings.readers }, (_, index) =>
        // Scaled with the writer, so that after a failover the new writer is as large.
        ClusterInstance.serverlessV2(`Reader${index + 1}`, {
          scaleWithWriter: true,
        }),
      ),
      serverlessV2MinCapacity: settings.minimumCapacity,
      serverlessV2MaxCapacity: settings.maximumCapacity,
      vpc: network.vpc,
      vpcSubnets: network.databaseSubnets,
      securityGroups: [group],
      storageEncryptionKey: this.key,
      backup: { retention: Duration.days(settings.backupDays) },
      copyTagsToSnapshot: true,
      deletionProtection: protection,
      removalPolicy: protection ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      cloudwatchLogsExports: ["postgresql"],
      monitoringInterval: Duration.minutes(1),
      monitoringRole: monitoringRole(this),
      parameterGroup: new ParameterGroup(this, "Parameters", {
        engine: ENGINE,
        description:
          "TLS only; idle connections end, so that a quiet cluster can pause; no parameter is logged",
        parameters: {
          "rds.force_ssl": "1",
          // A frozen Lambda keeps its connection open, and an open connection keeps Aurora awake.
          idle_session_timeout: "300000",
          // Parameters hold credentials: a slow or failed statement must not log them.
          log_parameter_max_length: "0",
          log_parameter_max_length_on_error: "0",
        },
      }),
    });
    this.cluster.node.addDependency(this.logs);
    if (!this.cluster.secret)
      throw new Error(`The cluster ${clusterIdentifier} has no secret for its master user.`);
    this.masterSecret = this.cluster.secret;
  }
}

/** URL without a password: the connection signs an IAM token. Aurora's certificate is verified. */
export function databaseUrl({ cluster }: Database, user: string): string {
  const { hostname, port } = cluster.clusterEndpoint;
  return `postgres://${user}@${hostname}:${port}/${DATABASE_NAME}?sslmode=verify-full`;
}

/** Enhanced monitoring writes to one log group, whose name is fixed by RDS. */
function monitoringRole(scope: Construct) {
  const { partition, region, account } = Stack.of(scope);
  const group = `arn:${partition}:logs:${region}:${account}:log-group:RDSOSMetrics`;
  const { role } = new NamedRole(scope, "Monitoring", {
    service: "monitoring.rds.amazonaws.com",
    statements: [
      new PolicyStatement({
        actions: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
        resources: [group],
      }),
      new PolicyStatement({
        actions: [
          "logs:CreateLogStream",
          "logs:DescribeLogStreams",
          "logs:GetLogEvents",
          "logs:PutLogEvents",
        ],
        resources: [`${group}:log-stream:*`],
      }),
    ],
  });
  return role;
}
