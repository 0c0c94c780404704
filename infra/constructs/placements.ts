import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { connectAs } from "./allow.ts";
import { type Database, databaseUrl } from "./database.ts";

/** Every database that can hold tenants. */
export interface Placements {
  readonly home: Database;
  readonly dedicated: readonly { readonly placement: string; readonly database: Database }[];
}

/** The variables with the URLs of all databases, for one database user. */
export function databaseVariables(scope: Construct, { home, dedicated }: Placements, user: string) {
  const urls = dedicated.map(({ placement, database }) => [placement, databaseUrl(database, user)]);
  return {
    DATABASE_URL: databaseUrl(home, user),
    DEDICATED_DATABASES: Stack.of(scope).toJsonString(Object.fromEntries(urls)),
  };
}

/** Login to all of these databases as one user. */
export const connectEverywhere = (
  scope: Construct,
  { home, dedicated }: Placements,
  user: string,
) => connectAs(scope, user, home.cluster, ...dedicated.map(({ database }) => database.cluster));
