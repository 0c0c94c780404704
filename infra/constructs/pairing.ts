import type { PairingConfig } from "@bulkhead/config";
import { CustomResource, Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { DedicatedDatabase } from "../stages.ts";
import { readSecrets, useDataApi, useKey } from "./allow.ts";
import { DATABASE_NAME, type Database } from "./database.ts";
import type { ServiceContext } from "./service-context.ts";
import { ServiceFunction } from "./service-function.ts";

/**
 * Sets a dedicated database's name, and installs in it and the home database the key that home's
 * assertions are signed with. The function generates the key: it is in no template, secret or log.
 */
export function pairDatabases(
  scope: Construct,
  context: ServiceContext,
  { name, keyGeneration = 1 }: DedicatedDatabase,
  database: Database,
): CustomResource {
  const home = context.data.database;

  const service = new ServiceFunction<PairingConfig>(scope, "DatabasePairing", {
    context,
    name: "pairing",
    environment: {
      PLACEMENT: name,
      CLUSTER_ARN: database.cluster.clusterArn,
      MASTER_SECRET_ARN: database.masterSecret.secretArn,
      HOME_CLUSTER_ARN: home.cluster.clusterArn,
      HOME_MASTER_SECRET_ARN: home.masterSecret.secretArn,
      DATABASE_NAME,
    },
    statements: [home, database].flatMap(({ cluster, masterSecret, key }) => [
      useDataApi(cluster),
      readSecrets(masterSecret),
      useKey(key, "secretsmanager", ["Decrypt"]),
    ]),
    timeout: Duration.minutes(5),
    joinsNetwork: false,
    onErrors:
      "Requests of tenants that live in this database may be answered 503. Its log says which of the two " +
      "databases was not reached or refused; deploy again, which completes an interrupted pairing.",
  });

  return new CustomResource(scope, "Pairing", {
    resourceType: "Custom::Pairing",
    serviceToken: service.function.functionArn,
    serviceTimeout: Duration.minutes(6),
    properties: {
      KeyGeneration: keyGeneration,
      // A replaced cluster is paired again.
      Databases: [home, database].map(({ cluster }) => cluster.clusterResourceIdentifier),
    },
  });
}
