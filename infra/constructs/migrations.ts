import type { SchemaConfig } from "@bulkhead/config";
import { CustomResource, Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { migrationsDigest } from "../build/migrations.ts";
import { readSecrets, useDataApi, useKey } from "./allow.ts";
import { DATABASE_NAME, type Database } from "./database.ts";
import type { ServiceContext } from "./service-context.ts";
import { ServiceFunction } from "./service-function.ts";

/** Applies the migrations of this commit to a database, as a step of the deployment. */
export function migrate(
  scope: Construct,
  context: ServiceContext,
  database: Database,
): CustomResource {
  const { cluster, key, masterSecret } = database;

  const migrator = new ServiceFunction<SchemaConfig>(scope, "Migrator", {
    context,
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
      "Its log names the migration and the statement. The stacks after it were not deployed; correct " +
      "the migration, deploy again.",
  });

  return new CustomResource(scope, "Migrations", {
    resourceType: "Custom::Schema",
    serviceToken: migrator.function.functionArn,
    // CloudFormation waits an hour by default for a function that ends without a response.
    serviceTimeout: Duration.minutes(16),
    properties: { Digest: migrationsDigest() },
  });
}
