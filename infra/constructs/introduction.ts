import type { IntroductionConfig } from "@bulkhead/config";
import { CustomResource, Duration } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { DedicatedDatabase } from "../stages.ts";
import { readSecrets, useDataApi, useKey } from "./allow.ts";
import { DATABASE_NAME, type Database } from "./database.ts";
import type { ServiceContext } from "./service-context.ts";
import { ServiceFunction } from "./service-function.ts";

/**
 * Tells a dedicated database its name, and brings it and the home database the key that home's
 * assertions are signed with. The function draws the key: it is in no template, secret or log.
 */
export function introduce(
  scope: Construct,
  context: ServiceContext,
  { name, keyGeneration = 1 }: DedicatedDatabase,
  database: Database,
): CustomResource {
  const home = context.data.database;

  const introducer = new ServiceFunction<IntroductionConfig>(scope, "Introducer", {
    context,
    name: "introduction",
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
      "Tenants that live in this database may be answered 503. Its log says which of the two was " +
      "not reached or refused; deploy again, which mends what was left half done.",
  });

  return new CustomResource(scope, "Introduction", {
    resourceType: "Custom::Introduction",
    serviceToken: introducer.function.functionArn,
    serviceTimeout: Duration.minutes(6),
    properties: {
      KeyGeneration: keyGeneration,
      // A cluster that was replaced has yet to be introduced.
      Databases: [home, database].map(({ cluster }) => cluster.clusterResourceIdentifier),
    },
  });
}
