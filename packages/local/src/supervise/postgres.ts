import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CredentialStore } from "../home/credentials.ts";
import type { Home } from "../home/home.ts";
import { readJson, writeJson } from "../home/json-file.ts";
import { type PostgresServer, startPostgres } from "../postgres/index.ts";

export type KeepOptions = {
  home: Home;
  /** Folder in the home. Its port and its log are beside it, in `FOLDER.json` and `FOLDER.log`. */
  folder: string;
  credentials: CredentialStore;
  log(line: string): void;
  /** Called when the server has ended too often to be restarted. */
  givenUp(): void;
  /** Aborts when everything stops: Ctrl-C in a terminal reaches PostgreSQL as well. */
  signal: AbortSignal;
};

export const POSTGRES_FOLDER = "postgres";

// 64 MB of shared buffers are enough for a development database.
const SETTINGS = ["shared_buffers=64MB", "max_connections=100"];

const RESTARTS = 5;

/**
 * Runs PostgreSQL in the home, on the port of the last run if it is free, and restarts it after a crash, as
 * RDS would.
 */
export async function keepPostgres(options: KeepOptions): Promise<PostgresServer> {
  const { home, folder, credentials, log, givenUp, signal } = options;
  const logFile = createWriteStream(home.at(`${folder}.log`), { mode: 0o600 });
  const port = await preferredPort(home.at(`${folder}.json`));
  let stopping = false;
  let restarts = 0;

  const start = (at: number | undefined) =>
    retryWhileInUse(() =>
      startPostgres({
        dataDir: home.at(folder),
        password: credentials.passwordOf("rdsadmin"),
        settings: SETTINGS,
        log: (line) => logFile.write(`${line}\n`),
        ...(at && { port: at }),
      }),
    );

  const first = await start(port);
  writeJson(home.at(`${folder}.json`), { port: first.port });
  let current = first;
  const watch = (server: PostgresServer) => void server.exited.then(restart);

  async function restart(): Promise<void> {
    if (stopping || signal.aborted) return;
    if (restarts++ >= RESTARTS) return givenUp();
    log("PostgreSQL crashed: restarting it");
    try {
      current = await start(first.port);
      watch(current);
    } catch (error) {
      log((error as Error).message);
      setTimeout(restart, 500);
    }
  }
  watch(first);
  // For an exit without close. An immediate shutdown: the next start replays the write-ahead log.
  process.once("exit", () => {
    if (!stopping) process.kill(current.pid, "SIGQUIT");
  });

  return {
    ...first,
    get pid() {
      return current.pid;
    },
    async stop() {
      stopping = true;
      await current.stop();
      logFile.end();
    },
  };
}

// For a moment after a kill the folder seems in use: by a process that is not reaped yet, or by shared memory
// of the last backends.
const STILL_IN_USE = /"postmaster.pid" already exists|shared memory block .* is still in use/;
const IN_USE_SECONDS = 10;

async function retryWhileInUse<Result>(start: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + IN_USE_SECONDS * 1000;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const retryable = STILL_IN_USE.test((error as Error).message) && Date.now() < end;
      if (!retryable) throw error;
      await sleep(200);
    }
  }
}

async function preferredPort(file: string): Promise<number | undefined> {
  const { port } = readJson<{ port?: number }>(file, {});
  if (!port) return undefined;
  const probe = createServer();
  const free = await new Promise<boolean>((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  return free ? port : undefined;
}
