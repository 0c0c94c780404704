import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrate, pgMigrator, readMigrations } from "@bulkhead/db/migrate";
import { Client } from "pg";
import { prepareAurora, startPostgres } from "../../packages/local/src/postgres/index.ts";

/** A migrated PostgreSQL for one bench. Commits wait for the disk, as they do wherever it matters. */
export async function benchServer() {
  const home = mkdtempSync(path.join(tmpdir(), "bulkhead-bench-"));
  const server = await startPostgres({
    dataDir: path.join(home, "postgres"),
    password: "superuser",
    settings: ["shared_buffers=512MB", "max_connections=100"],
  });
  const { masterUrl } = await prepareAurora(server, { database: "bulkhead", masterPassword: "m" });
  await migrate(pgMigrator(masterUrl), await readMigrations("migrations"));

  const superuser = new Client({ connectionString: server.superuserUrl("bulkhead") });
  await superuser.connect();
  await superuser.query("alter role bulkhead_api password 'runtime'");
  return {
    superuser,
    apiUrl: (port = server.port) => `postgres://bulkhead_api:runtime@127.0.0.1:${port}/bulkhead`,
    port: server.port,
    async stop() {
      await superuser.end();
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
