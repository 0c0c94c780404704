import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrate, pgMigrator, readMigrations } from "@bulkhead/db/migrate";
import { prepareAurora, startPostgres } from "../../packages/local/src/postgres/index.ts";

/**
 * A PostgreSQL of its own, migrated as Aurora's master user would, in a folder that goes with it.
 *
 * @param settings `name=value` settings of the server.
 */
export async function migratedServer(settings: string[]) {
  const home = mkdtempSync(path.join(tmpdir(), "bulkhead-server-"));
  const server = await startPostgres({
    dataDir: path.join(home, "postgres"),
    password: "superuser",
    settings,
  });
  const addDatabase = async (database: string) => {
    const { masterUrl } = await prepareAurora(server, { database, masterPassword: "master" });
    await migrate(pgMigrator(masterUrl), await readMigrations("migrations"));
    return masterUrl;
  };
  return {
    masterUrl: await addDatabase("bulkhead"),
    superuserUrl: server.superuserUrl("bulkhead"),
    port: server.port,
    /** Another migrated database of the same server. Returns the superuser's URL of it. */
    async another(database: string) {
      await addDatabase(database);
      return server.superuserUrl(database);
    },
    async stop() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
