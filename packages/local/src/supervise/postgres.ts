import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CredentialStore } from "../home/credentials.ts";
import type { Home } from "../home/home.ts";
import { readJson, writeJson } from "../home/json-file.ts";
import { type PostgresServer, startPostgres } from "../postgres/index.ts";

export type KeepOptions = {
  home: Home;
  /** In the home. Its port and its log stand beside it, `FOLDER.json` and `FOLDER.log`. */
  folder: string;
  credentials: CredentialStore;
  say(line: string): void;
  /** It ended again and again: somebody else has to decide. */
  givenUp(): void;
  /** Aborts when everything stops: Ctrl-C in a terminal reaches PostgreSQL as well. */
  signal: AbortSignal;
};

export const POSTGRES_FOLDER = "postgres";

// Memory is what a laptop lacks; 64 MB of shared buffers hold any development database.
const SETTINGS = ["shared_buffers=64MB", "max_connections=100"];

const RESTARTS = 5;

/**
 * Runs PostgreSQL in the home, on the port of the last run if that is free, and starts it again when
 * it ends unasked, as RDS would.
 */
export async function keepPostgres(options: KeepOptions): Promise<PostgresServer> {
  const { home, folder, credentials, say, givenUp, signal } = options;
  const log = createWriteStream(home.at(`${folder}.log`), { mode: 0o600 });
  const port = await preferredPort(home.at(`${folder}.json`));
  let stopping = false;
  let restarts = 0;

  const start = (at: number | undefined) =>
    whenFree(() =>
      startPostgres({
        dataDir: home.at(folder),
        password: credentials.passwordOf("rdsadmin"),
        settings: SETTINGS,
        log: (line) => log.write(`${line}\n`),
        ...(at && { port: at }),
      }),
    );

  const first = await start(port);
  writeJson(home.at(`${folder}.json`), { port: first.port });
  let current = first;
  const watch = (server: PostgresServer) => void server.exited.then(again);

  async function again(): Promise<void> {
    if (stopping || signal.aborted) return;
    if (restarts++ >= RESTARTS) return givenUp();
    say("PostgreSQL ended unasked: starting it again");
    try {
      current = await start(first.port);
      watch(current);
    } catch (error) {
      say((error as Error).message);
      setTimeout(again, 500);
    }
  }
  watch(first);
  // For an exit that closes nothing. An immediate shutdown: the next start replays the log.
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
      log.end();
    },
  };
}

// After a kill the folder may seem taken for a moment: by a process that nobody has reaped yet, or by
// memory that the last backends still hold.
const SEEMS_TAKEN = /"postmaster.pid" already exists|shared memory block .* is still in use/;
const TAKEN_SECONDS = 10;

async function whenFree<Result>(start: () => Promise<Result>): Promise<Result> {
  const end = Date.now() + TAKEN_SECONDS * 1000;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const passing = SEEMS_TAKEN.test((error as Error).message) && Date.now() < end;
      if (!passing) throw error;
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
