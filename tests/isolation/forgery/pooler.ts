import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Connections } from "@bulkhead/db";
import { onTestFinished } from "vitest";
import { unprivilegedUser } from "../../../packages/local/src/postgres/user.ts";
import { freePort } from "../../../packages/local/src/shared/free-port.ts";
import type { TestDatabase } from "../../support/database.ts";

const PATHS = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"];

export type Pooler = {
  binary: string;
  /** `1.18.0` */
  version: string;
  /** From 1.21 on it carries named statements from one connection to another. */
  carriesNames: boolean;
};

/** The machine's PgBouncer, if it has one. */
export function findPooler(): Pooler | undefined {
  for (const binary of PATHS.filter(existsSync)) {
    const said = execFileSync(binary, ["--version"]).toString();
    const [, version = ""] = /PgBouncer (\S+)/.exec(said) ?? [];
    const [major = 0, minor = 0] = version.split(".").map(Number);
    return { binary, version, carriesNames: major > 1 || minor >= 21 };
  }
  return undefined;
}

/**
 * PgBouncer in transaction mode before a database, with one connection to it: each request has the
 * connection of the one before. Returns its port.
 *
 * @param resets whether it forgets everything of a transaction's session at its end, which it does not by default
 */
export async function poolTo(
  { binary, carriesNames }: Pooler,
  database: TestDatabase,
  { resets = true } = {},
): Promise<number> {
  const server = new URL(database.url("superuser"));
  const port = await freePort();
  const home = mkdtempSync(path.join(tmpdir(), "bulkhead-pooler-"));
  const user = unprivilegedUser();
  const config = path.join(home, "pgbouncer.ini");
  const users = path.join(home, "users.txt");
  const known = ["api", "worker"].map(
    (role) => `"bulkhead_${role}" "${new URL(database.url("api")).password}"`,
  );
  writeFileSync(users, `${known.join("\n")}\n`);
  writeFileSync(
    config,
    `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = md5
auth_file = ${users}
pool_mode = transaction
default_pool_size = 1
ignore_startup_parameters = options
server_reset_query = DISCARD ALL
server_reset_query_always = ${resets ? 1 : 0}
${carriesNames ? "max_prepared_statements = 200" : ""}
`,
  );
  for (const file of [home, config, users]) {
    chmodSync(file, file === home ? 0o700 : 0o600);
    if (user) chownSync(file, user.uid, user.gid);
  }

  const child = spawn(binary, [config], { ...user, stdio: ["ignore", "ignore", "pipe"] });
  const lines: string[] = [];
  const up = new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      lines.push(String(chunk));
      if (lines.join("").includes("process up")) resolve();
    });
    child.once("exit", () => reject(new Error(`PgBouncer did not start: ${lines.join("")}`)));
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill("SIGINT")) await once(child, "exit");
    rmSync(home, { recursive: true, force: true });
  });
  await up;
  return port;
}

/** The same connections, whose statements have no names: for a pooler that loses what has one. */
export const withoutNames = (connections: Connections): Connections => ({
  ...connections,
  run: (commands, signal) =>
    connections.run(
      commands.map(({ name: _, ...command }) => command),
      signal,
    ),
});

const DEADLINE_MS = 5_000;

/** The same connections, each batch with a deadline, as every request of the product has one. */
export const withDeadline = (connections: Connections): Connections => ({
  ...connections,
  run: (commands, signal) => connections.run(commands, signal ?? AbortSignal.timeout(DEADLINE_MS)),
});
