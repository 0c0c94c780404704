import type { Databases } from "@bulkhead/db";
import { pairDatabases, pgMigrator } from "@bulkhead/db/migrate";
import { freshApi } from "../routes/support.ts";
import { freshDatabase, type Person, type Role, type TestDatabase } from "./database.ts";
import { DEDICATED, PAIR_TEMPLATES } from "./server.ts";

export { DEDICATED } from "./server.ts";

export type Pair = {
  home: TestDatabase;
  /** Migrated like home, and paired with it. */
  dedicated: TestDatabase;
  /** Connections of a runtime role to both, as a function has them. `ports` leads them through proxies. */
  databases(role: Role, ports?: { home?: number; dedicated?: number }): Databases;
  /** A person whose personal tenant lives at home. */
  newPerson(name?: string): Promise<Person>;
  /** A person whose personal tenant lives in the dedicated database. */
  newResident(name?: string): Promise<Person>;
  /** Moves a tenant that has nothing yet: its row is copied, and home says that it lives there. */
  placeTenant(tenantId: string): Promise<void>;
};

/** A home database and a dedicated one, both of this test's own, that share a key with all other pairs. */
export async function freshPair(): Promise<Pair> {
  const [home, dedicated] = await Promise.all([
    freshDatabase(undefined, PAIR_TEMPLATES.home),
    freshDatabase(undefined, PAIR_TEMPLATES.dedicated),
  ]);
  const placeTenant = async (tenantId: string) => {
    const [row] = await home.sql(
      "update auth.tenants set placement = $2 where id = $1 returning to_jsonb(tenants) as tenant",
      [tenantId, DEDICATED],
    );
    await dedicated.sql(
      "insert into auth.tenants select * from jsonb_populate_record(null::auth.tenants, $1)",
      [JSON.stringify(row?.tenant)],
    );
  };

  return {
    home,
    dedicated,
    databases: (role, ports = {}) => ({
      home: home.as(role, ports.home ? { port: ports.home } : {}),
      [DEDICATED]: dedicated.as(role, ports.dedicated ? { port: ports.dedicated } : {}),
    }),
    newPerson: home.newPerson,
    async newResident(name) {
      const person = await home.newPerson(name);
      await placeTenant(person.tenantId);
      return person;
    },
    placeTenant,
  };
}

/** As the deployment does it, over the master's connections. */
export const pairWith = (home: TestDatabase, dedicated: TestDatabase, generation = 1) =>
  pairDatabases(pgMigrator(home.url("master")), pgMigrator(dedicated.url("master")), {
    name: DEDICATED,
    generation,
  });

/**
 * The API over a pair. `person()` lives at home, `resident()` in the dedicated database; everything else is
 * as `freshApi` has it, and `sql` looks into home.
 */
export async function freshApiOverPair() {
  const pair = await freshPair();
  const api = await freshApi({ databases: pair.databases("api") }, pair.home);
  return {
    ...api,
    pair,
    resident: async (name?: string) => api.browser(await pair.newResident(name)),
  };
}
