import type { DatabaseEvent } from "../events.ts";
import { type Connections, connect, type Exchange } from "../pool.ts";
import type { DatabaseConfig } from "../role-pool.ts";

/**
 * Connections to the databases that tenants live in, by name. Credentials are looked up at home; for a tenant that
 * lives elsewhere home returns an assertion, which is good for the database of that name alone.
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
      `The tenant's database "${placement}" is unavailable: it is not in DEDICATED_DATABASES, or was never paired with the home database. Add it, or deploy its pairing.`,
    );
  }
}

/** @throws DatabaseUnavailable, never an answer from another database */
export function databaseNamed(databases: Databases, name: string): Connections {
  const found = Object.hasOwn(databases, name) ? databases[name] : undefined;
  if (!found) throw new DatabaseUnavailable(name);
  return found;
}
