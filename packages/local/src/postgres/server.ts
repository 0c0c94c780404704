import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../shared/free-port.ts";
import { binaries } from "./binaries.ts";
import { createDataFolder, ENVIRONMENT, SUPERUSER } from "./data-folder.ts";
import { unprivilegedUser } from "./user.ts";

export type PostgresServer = {
  host: "127.0.0.1";
  port: number;
  pid: number;
  /** URL of the superuser, which only the local cloud uses, as RDS does: the product never does. */
  superuserUrl(database?: string): string;
  /** Fast shutdown: open transactions are rolled back, committed ones are on disk. */
  stop(): Promise<void>;
  /** Resolves when the server ends. */
  exited: Promise<void>;
};

export type PostgresOptions = {
  /** Created and initialised when it does not exist. The server's user must be able to pass its parent. */
  dataDir: string;
  /** The superuser's password, the same at every start of this folder. */
  password: string;
  /** @default a free one */
  port?: number;
  /** `name=value` settings. */
  settings?: string[];
  /** Receives each line of the server's log. */
  log?(line: string): void;
};

const READY = "database system is ready to accept connections";

/**
 * Starts PostgreSQL on loopback TCP only, with password authentication for everyone.
 *
 * @throws Error when the folder can't be used or the server does not start, with the server's last log
 * lines.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const user = unprivilegedUser();
  if (!existsSync(path.join(options.dataDir, "PG_VERSION"))) await createDataFolder(options, user);
  await stopOrphan(options.dataDir);

  const port = options.port ?? (await freePort());
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "log_timezone=UTC",
    ...(options.settings ?? []),
  ];
  const server = spawn(
    binaries().postgres,
    ["-D", options.dataDir, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    { ...user, env: ENVIRONMENT, stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = once(server, "exit").then(() => undefined);
  await ready(server, options.log);

  return {
    host: "127.0.0.1",
    port,
    pid: server.pid as number,
    superuserUrl: (database = "postgres") =>
      `postgres://${SUPERUSER}:${options.password}@127.0.0.1:${port}/${database}`,
    async stop() {
      server.kill("SIGINT");
      await exited;
    },
    exited,
  };
}

/** A server that outlived its parent (kill -9) still holds the folder and is stopped first. */
async function stopOrphan(dataDir: string): Promise<void> {
  const pidFile = path.join(dataDir, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  if (!pid || !isPostgresOf(pid, dataDir)) return;

  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < 10_000 && isPostgresOf(pid, dataDir); waited += 50) await sleep(50);
}

/** A stale file may name a process that is not PostgreSQL. */
function isPostgresOf(pid: number, dataDir: string): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(dataDir);
  } catch {
    return false;
  }
}

async function ready(server: ChildProcess, log: (line: string) => void = () => {}): Promise<void> {
  const last: string[] = [];
  const started = new Promise<void>((resolve) => {
    server.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      for (const line of chunk.split("\n").filter(Boolean)) {
        log(line);
        if (last.push(line) > 10) last.shift();
        if (line.includes(READY)) resolve();
      }
    });
  });
  const ended = once(server, "exit").then(() => {
    throw new Error(`PostgreSQL did not start: ${last.join("\n")}`);
  });
  await Promise.race([started, ended]);
  // A later end of the server is reported by `exited`.
  ended.catch(() => {});
}
