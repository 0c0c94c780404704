import type { DatabaseEvent } from "../events.ts";
import { type Connections, connect, type DatabaseConfig, type Exchange } from "../pool.ts";

/**
 * Where tenants live, by name. Credentials are looked up at home; a tenant that lives elsewhere is
 * answered with home's assertion, which is good for the database of that name alone.
 */
export type Databases = { home: Connections } & Record<string, Connections>;

/** Connections to every database that a tenant may live in. None is opened before it is needed. */
export function connectAll(
  configs: { home: DatabaseConfig } & Record<string, DatabaseConfig>,
  onIdleError: (error: Error) => void,
  observe?: (exchange: Exchange) => void,
  report?: (event: DatabaseEvent) => void,
): Databases {
  const connections = Object.entries(configs).map(
    ([name, config]) => [name, connect(config, onIdleError, observe, report)] as const,
  );
  return Object.fromEntries(connections) as Databases;
}

/**
 * The tenant lives in a database that this process has no connections to, or that has no key in common
 * with home. Its data is not looked for anywhere else.
 */
export class DatabaseUnavailable extends Error {
  override name = "DatabaseUnavailable";
  readonly code = "BH307";

  constructor(placement: string) {
    super(
      `The tenant lives in the database "${placement}", which can't be reached from here: it is not among DEDICATED_DATABASES, or was never paired with the home database.`,
    );
  }
}

/** @throws DatabaseUnavailable, never an answer from another database */
export function databaseNamed(databases: Databases, name: string): Connections {
  const found = Object.hasOwn(databases, name) ? databases[name] : undefined;
  if (!found) throw new DatabaseUnavailable(name);
  return found;
}
