import { Client } from "pg";
import type { PostgresServer } from "./server.ts";

export const MASTER_ROLE = "bulkhead_master";

export type Aurora = { masterUrl: string };

/**
 * Gives a server what a new Aurora PostgreSQL cluster has: a master user with exactly Aurora's attributes,
 * the role `rds_iam`, which it may grant, and an empty database that the master owns. A migration that
 * needs more rights fails here as it would on Aurora.
 *
 * Idempotent: a second call only sets the master's password again.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
 */
export async function prepareAurora(
  server: PostgresServer,
  { database, masterPassword }: { database: string; masterPassword: string },
): Promise<Aurora> {
  const client = new Client({ connectionString: server.superuserUrl() });
  await client.connect();
  try {
    const { rows } = await client.query("select from pg_roles where rolname = $1", [MASTER_ROLE]);
    if (rows.length === 0) {
      await client.query("create role rds_iam nologin");
      await client.query(
        `create role ${MASTER_ROLE} login nosuperuser inherit createdb createrole noreplication nobypassrls`,
      );
      await client.query(
        `grant rds_iam to ${MASTER_ROLE} with admin true, inherit false, set false`,
      );
    }
    await client.query(
      `alter role ${MASTER_ROLE} password ${client.escapeLiteral(masterPassword)}`,
    );
    const found = await client.query("select from pg_database where datname = $1", [database]);
    if (found.rows.length === 0) {
      await client.query(
        `create database ${client.escapeIdentifier(database)} owner ${MASTER_ROLE}`,
      );
    }
  } finally {
    await client.end();
  }
  const password = encodeURIComponent(masterPassword);
  return {
    masterUrl: `postgres://${MASTER_ROLE}:${password}@127.0.0.1:${server.port}/${database}`,
  };
}
