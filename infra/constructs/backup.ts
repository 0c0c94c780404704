import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  BackupPlan,
  BackupPlanRule,
  BackupResource,
  BackupVault as Vault,
} from "aws-cdk-lib/aws-backup";
import { Schedule } from "aws-cdk-lib/aws-events";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { DatabaseCluster } from "aws-cdk-lib/aws-rds";
import { Construct } from "constructs";

export interface BackupVaultProps {
  readonly cluster: DatabaseCluster;
  readonly key: Key;
  readonly keepDays: number;
}

/** A daily copy outside the cluster, whose own backups are deleted with it. */
export class BackupVault extends Construct {
  constructor(scope: Construct, id: string, { cluster, key, keepDays }: BackupVaultProps) {
    super(scope, id);

    const plan = new BackupPlan(this, "Plan", {
      backupVault: new Vault(this, "Vault", {
        // CloudFormation requires a name, and the CDK's default is the same in every stage of an account.
        backupVaultName: `${Stack.of(this).stackName}-${id}`,
        encryptionKey: key,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
    });
    plan.addRule(
      new BackupPlanRule({
        ruleName: "Daily",
        scheduleExpression: Schedule.cron({ hour: "3", minute: "0" }),
        deleteAfter: Duration.days(keepDays),
      }),
    );
    plan.addSelection("Selection", {
      resources: [BackupResource.fromArn(cluster.clusterArn)],
      role: new Role(this, "Role", {
        assumedBy: new ServicePrincipal("backup.amazonaws.com"),
        managedPolicies: [
          ManagedPolicy.fromAwsManagedPolicyName(
            "service-role/AWSBackupServiceRolePolicyForBackup",
          ),
        ],
      }).withoutPolicyUpdates(),
    });
  }
}
