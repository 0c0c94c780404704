import { randomUUID } from "node:crypto";
import { type Connections, connect } from "@bulkhead/db";
import { Client, Pool } from "pg";
import { inject, onTestFinished } from "vitest";
import type { SessionLimits } from "../../packages/db/src/sessions.ts";
import { type Person, peopleIn } from "./people.ts";
import { TEMPLATE } from "./server.ts";

export type Role = "auth" | "api" | "worker" | "dead_letters" | "sweeper" | "operator";

export { type Person, sha256 } from "./people.ts";

export type TestDatabase = {
  name: string;
  url(role: Role | "master" | "superuser"): string;
  /** Connections of a runtime role, ended with the test. */
  as(
    role: Role,
    options?: { max?: number; port?: number; sessionLimits?: SessionLimits },
  ): Connections;
  /** SQL as the superuser, who sees everything: for looking, and for breaking things on purpose. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  newPerson(name?: string): Promise<Person>;
  /** Another session of the same user, in the given tenant. */
  newSession(person: Pick<Person, "userId">, tenantId: string): Promise<Person>;
};

/** Makes and drops databases, for every test of this process: each connection costs its server 10 ms. */
const maintenance = () => {
  pool ??= new Pool({ connectionString: inject("server"), allowExitOnIdle: true });
  return pool;
};
// Not before it is asked for: benches and proofs read this file as well, and have no run's server.
let pool: Pool | undefined;

/**
 * A database of this test's own, cloned from a migrated template and dropped when it ends.
 * Reached as the runtime roles, which is how the functions reach theirs.
 *
 * @param atEnd keeps what drops it. @default - the end of the test that asks
 */
export async function freshDatabase(
  atEnd: (drop: () => Promise<void>) => void = onTestFinished,
  template = TEMPLATE,
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await maintenance().query(
    `create database ${name} template ${template} strategy file_copy owner bulkhead_master`,
  );

  const superuser = new Client({ connectionString: at(name, "superuser") });
  await superuser.connect();
  const opened: Connections[] = [];
  // Grants on a database are not cloned with it. As in the first migration:
  await superuser.query(`revoke all on database ${name} from public`);
  await superuser.query(
    `grant connect on database ${name} to bulkhead_auth, bulkhead_api, bulkhead_worker, bulkhead_dead_letters, bulkhead_sweeper, bulkhead_operator`,
  );
  atEnd(async () => {
    await Promise.all(opened.map((connections) => connections.end()));
    await superuser.end();
    await maintenance().query(`drop database ${name} with (force)`);
  });

  const sql: TestDatabase["sql"] = async (text, values) =>
    (await superuser.query(text, values)).rows;
  return {
    name,
    url: (role) => at(name, role),
    as(role, { max = 10, port, ...limits } = {}) {
      const url = new URL(at(name, role));
      if (port) url.port = String(port);
      const connections = connect({ connectionString: url.href, max, ...limits });
      opened.push(connections);
      return connections;
    },
    sql,
    ...peopleIn(sql),
  };
}

function at(database: string, role: string): string {
  const url = new URL(inject("server"));
  url.pathname = database;
  if (role !== "superuser") {
    url.username = `bulkhead_${role}`;
    url.password = role === "master" ? "master" : "runtime";
  }
  return url.href;
}
