import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { connectAs } from "./allow.ts";
import { type Database, databaseUrl } from "./database.ts";

/** Every database that a tenant may live in. */
export interface Placements {
  readonly home: Database;
  readonly dedicated: readonly { readonly placement: string; readonly database: Database }[];
}

/** What tells a function where the databases are, as it logs in to them. */
export function databaseVariables(scope: Construct, { home, dedicated }: Placements, user: string) {
  const urls = dedicated.map(({ placement, database }) => [placement, databaseUrl(database, user)]);
  return {
    DATABASE_URL: databaseUrl(home, user),
    DEDICATED_DATABASES: Stack.of(scope).toJsonString(Object.fromEntries(urls)),
  };
}

/** Logging in to exactly these databases as one user. */
export const connectEverywhere = (
  scope: Construct,
  { home, dedicated }: Placements,
  user: string,
) => connectAs(scope, user, home.cluster, ...dedicated.map(({ database }) => database.cluster));
