import type { SchemaConfig } from "@bulkhead/config";
import { CustomResource, Duration, Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { migrationsDigest } from "../bundle.ts";
import { readSecrets, useDataApi, useKey } from "../constructs/allow.ts";
import { DATABASE_NAME } from "../constructs/database.ts";
import type { House } from "../constructs/house.ts";
import { ServiceFunction } from "../constructs/service-function.ts";

/** The migrations. Whatever needs a table is in a stack that depends on this one. */
export class SchemaStack extends Stack {
  constructor(scope: Construct, id: string, house: House) {
    super(scope, id, house);
    const { cluster, key, masterSecret } = house.data.database;

    const migrator = new ServiceFunction<SchemaConfig>(this, "Migrator", {
      house,
      name: "schema",
      environment: {
        CLUSTER_ARN: cluster.clusterArn,
        MASTER_SECRET_ARN: masterSecret.secretArn,
        DATABASE_NAME,
      },
      statements: [
        useDataApi(cluster),
        readSecrets(masterSecret),
        useKey(key, "secretsmanager", ["Decrypt"]),
      ],
      timeout: Duration.minutes(15),
      joinsNetwork: false,
      onErrors:
        "Its log names the migration and the statement. Nothing after it was deployed; correct " +
        "the migration, deploy again.",
    });

    new CustomResource(this, "Migrations", {
      resourceType: "Custom::Schema",
      serviceToken: migrator.function.functionArn,
      // CloudFormation waits an hour by default for a function that died without an answer.
      serviceTimeout: Duration.minutes(16),
      properties: { Digest: migrationsDigest() },
    });
  }
}
