import path from "node:path";
import { pairDatabases, pgMigrator } from "@bulkhead/db/migrate";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { migratedServer } from "./migrated-server.ts";
import { scratchFolder } from "./scratch.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The superuser's URL of the one server that this run of the tests has. */
    server: string;
    /** A folder that goes when the run ends. */
    scratch: string;
  }
}

export const TEMPLATE = "bulkhead_template";

/** A home database and a dedicated one, paired as `DEDICATED`. */
export const PAIR_TEMPLATES = { home: "bulkhead_pair_home", dedicated: "bulkhead_pair_dedicated" };
/** The placement of a pair's dedicated database, as the stage dev calls it. */
export const DEDICATED = "annex";

// Passwords for the roles that Aurora lets in by IAM token.
const RUNTIME_ROLES = ["auth", "api", "worker", "dead_letters", "sweeper", "operator"];

/**
 * One PostgreSQL a run, migrated once, as Aurora's master user would, and one pair of databases, paired
 * as a deployment does it. Every test file clones the result.
 */
export default async function setup({ provide }: TestProject) {
  const home = scratchFolder();
  // Half of a process's start is TypeScript and libraries being compiled, and a run starts hundreds.
  process.env.NODE_COMPILE_CACHE ??= path.join(home, "compile-cache");
  // Nothing here outlives the run, so nothing has to survive a power cut.
  const server = await migratedServer(
    [
      "fsync=off",
      "synchronous_commit=off",
      "full_page_writes=off",
      "max_connections=300",
      // Thousands of log-ins a run; how long one would withstand guessing is not their subject.
      "scram_iterations=1",
    ],
    { home, database: TEMPLATE },
  );

  const client = new Client({ connectionString: server.maintenanceUrl });
  const { username, password } = new URL(server.maintenanceUrl);
  await client.connect();
  for (const role of RUNTIME_ROLES) {
    await client.query(`alter role bulkhead_${role} password 'runtime'`);
  }
  // As initdb made it, it has the iterations of a server that is guarded.
  await client.query(`alter role ${username} password '${password}'`);
  const master = (name: string) => {
    const url = new URL(server.masterUrl);
    url.pathname = name;
    return pgMigrator(url.href);
  };
  for (const name of Object.values(PAIR_TEMPLATES)) {
    await client.query(`create database ${name} template ${TEMPLATE} owner bulkhead_master`);
  }
  const { home: first, dedicated: second } = PAIR_TEMPLATES;
  await pairDatabases(master(first), master(second), { name: DEDICATED, generation: 1 });
  await client.end();

  provide("server", server.maintenanceUrl);
  provide("scratch", home);
  return server.stop;
}
