import type { Connections } from "../pool.ts";

/**
 * Where tenants live, by name. Credentials are looked up at home; a tenant that lives elsewhere is
 * answered with BH307 and the name of its database.
 */
export type Databases = { home: Connections } & Record<string, Connections>;

/** @throws Error when a tenant lives in a database that this process has no connections to. */
export function databaseNamed(databases: Databases, name: string): Connections {
  const found = databases[name];
  if (!found)
    throw new Error(`The tenant lives in the database "${name}", which is not configured.`);
  return found;
}
