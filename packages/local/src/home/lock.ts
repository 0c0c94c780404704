import { readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StartError } from "../shared/start-error.ts";
import type { Home } from "./home.ts";

export type Lock = { release(): void };

/**
 * Makes this process the only local cloud of a home. The lock is SQLite's lock on a file, which the
 * operating system releases when the process ends, so it is never stale.
 *
 * @throws StartError that names the process that holds it.
 */
export function takeLock(home: Home): Lock {
  const holder = home.at("pid");
  const database = new DatabaseSync(home.at("lock"));
  try {
    database.exec("pragma locking_mode = exclusive; begin exclusive");
  } catch {
    database.close();
    throw new StartError(
      `Another local cloud (process ${processOf(holder)}) runs in ${home.folder}: stop it, or start this one with another BULKHEAD_HOME and PORT.`,
    );
  }
  writeFileSync(holder, `${process.pid}\n`);
  return { release: () => database.close() };
}

function processOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}
