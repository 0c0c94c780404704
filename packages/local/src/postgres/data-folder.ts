import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chmodSync, chownSync, constants, mkdirSync, rmSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { binaries } from "./binaries.ts";
import type { Ids } from "./user.ts";

export const SUPERUSER = "rdsadmin";

// The developer's PG* variables and locale must not reach the server.
export const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" };

/** Runs initdb: creates and initialises a data folder. */
export async function createDataFolder(
  { dataDir, password }: { dataDir: string; password: string },
  user?: Ids,
): Promise<void> {
  const parent = path.dirname(dataDir);
  mkdirSync(parent, { recursive: true });
  mkdirSync(dataDir, { mode: 0o700, recursive: true });
  if (user) {
    chmodSync(parent, statSync(parent).mode | 0o011); // passable, not readable
    chownSync(dataDir, user.uid, user.gid);
  }
  const passwordFile = path.join(tmpdir(), `bulkhead-initdb-${process.pid}-${Date.now()}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);

  const { initdb } = binaries();
  makeExecutable(initdb);
  const child = spawn(
    initdb,
    [
      `--pgdata=${dataDir}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
      "--no-sync",
    ],
    { ...user, env: ENVIRONMENT, stdio: ["ignore", "ignore", "pipe"] },
  );
  let output = "";
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  try {
    const [code] = await once(child, "exit");
    if (code !== 0) {
      throw new Error(
        `PostgreSQL could not create its data folder ${dataDir}: ${output.trim()} Choose another folder with BULKHEAD_HOME; its parents must be open to the user that runs PostgreSQL.`,
      );
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Some package managers drop the executable bit. */
function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}
