import { Stack, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { BackupVault } from "../constructs/backup.ts";
import { Database } from "../constructs/database.ts";
import type { House } from "../constructs/house.ts";
import { introduce } from "../constructs/introduction.ts";
import { migrate } from "../constructs/migrations.ts";
import type { DedicatedDatabase } from "../stages.ts";

export interface DedicatedTenantStackProps extends House {
  readonly dedicated: DedicatedDatabase;
}

/**
 * A database for tenants that want one of their own: cluster, key, security group and backups apart
 * from everybody else's, and the same migrations. Sessions, members and API keys stay at home.
 */
export class DedicatedTenantStack extends Stack {
  readonly placement: string;
  readonly database: Database;

  constructor(scope: Construct, id: string, props: DedicatedTenantStackProps) {
    super(scope, id, props);
    const { stage, network, dedicated } = props;
    const group = network.dedicated.get(dedicated.name);
    if (!group) throw new Error(`The network has no security group for ${dedicated.name}.`);

    this.placement = dedicated.name;
    // Told apart in the bill, and by the local cloud.
    Tags.of(this).add("placement", dedicated.name);

    const settings = dedicated.database;
    this.database = new Database(this, "Database", { stage, network, settings, group });
    if (settings.vaultDays) {
      const { cluster, key } = this.database;
      new BackupVault(this, "Vault", { cluster, key, keepDays: settings.vaultDays });
    }
    const migrations = migrate(this, props, this.database);
    introduce(this, props, dedicated, this.database).node.addDependency(migrations);
  }
}
