import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrate, pgMigrator, readMigrations } from "@bulkhead/db/migrate";
import { prepareAurora, startPostgres } from "../../packages/local/src/postgres/index.ts";

/**
 * A PostgreSQL of its own, migrated as Aurora's master user would, in a folder that goes with it.
 *
 * @param settings `name=value` settings of the server.
 * @param home a new folder. @default - one among the temporary ones, on a disk
 */
export async function migratedServer(
  settings: string[],
  { home = mkdtempSync(path.join(tmpdir(), "bulkhead-server-")), database = "bulkhead" } = {},
) {
  const server = await startPostgres({
    dataDir: path.join(home, "postgres"),
    password: "superuser",
    settings,
  });
  const addDatabase = async (name: string) => {
    const { masterUrl } = await prepareAurora(server, { database: name, masterPassword: "master" });
    await migrate(pgMigrator(masterUrl), await readMigrations("migrations"));
    return masterUrl;
  };
  return {
    masterUrl: await addDatabase(database),
    superuserUrl: server.superuserUrl(database),
    /** Of the database that is there to make others from. */
    maintenanceUrl: server.superuserUrl(),
    port: server.port,
    /** Another migrated database of the same server. Returns the superuser's URL of it. */
    async another(name: string) {
      await addDatabase(name);
      return server.superuserUrl(name);
    },
    async stop() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
