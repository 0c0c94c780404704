import { Stack, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { BackupVault } from "../constructs/backup.ts";
import { Database } from "../constructs/database.ts";
import { migrate } from "../constructs/migrations.ts";
import { pairDatabases } from "../constructs/pairing.ts";
import type { DedicatedDatabase } from "../stages.ts";
import type { NetworkStack } from "./network.ts";
import type { ServiceStackProps } from "./service-stack.ts";

export interface DedicatedTenantStackProps extends ServiceStackProps {
  readonly network: NetworkStack;
  readonly dedicated: DedicatedDatabase;
}

/**
 * A dedicated database for tenants: a cluster, key, security group and backups of its own, and the same
 * migrations. Sessions, members and API keys stay in the home database.
 */
export class DedicatedTenantStack extends Stack {
  readonly placement: string;
  readonly database: Database;

  constructor(scope: Construct, id: string, props: DedicatedTenantStackProps) {
    super(scope, id, props);
    const { stage, network, dedicated } = props;
    const group = network.dedicated.get(dedicated.name);
    if (!group)
      throw new Error(`The network has no security group for the database ${dedicated.name}.`);

    this.placement = dedicated.name;
    // For cost allocation, and for the local cloud.
    Tags.of(this).add("placement", dedicated.name);

    const settings = dedicated.database;
    this.database = new Database(this, "Database", { stage, network, settings, group });
    if (settings.vaultDays) {
      const { cluster, key } = this.database;
      new BackupVault(this, "Vault", { cluster, key, keepDays: settings.vaultDays });
    }
    const migrations = migrate(this, props, this.database);
    pairDatabases(this, props, dedicated, this.database).node.addDependency(migrations);
  }
}
