import { Client } from "pg";
import { migratedServer } from "../support/migrated-server.ts";

/** A migrated PostgreSQL for one bench. Commits wait for the disk, as they do wherever it matters. */
export async function benchServer({ sharedBuffers = "512MB" } = {}) {
  const server = await migratedServer([`shared_buffers=${sharedBuffers}`, "max_connections=100"]);
  const superuser = new Client({ connectionString: server.superuserUrl });
  await superuser.connect();
  await superuser.query("alter role bulkhead_api password 'runtime'");
  return {
    superuser,
    apiUrl: (port = server.port) => `postgres://bulkhead_api:runtime@127.0.0.1:${port}/bulkhead`,
    port: server.port,
    another: server.another,
    async stop() {
      await superuser.end();
      await server.stop();
    },
  };
}
