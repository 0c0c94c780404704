import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { migrations } from "./migrations.ts";

/** The services' state: one SQLite database and a folder of object bodies. */
export type State = {
  db: DatabaseSync;
  /** The folder of object bodies. */
  objects: string;
  /** Runs the work in one transaction. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
};

/**
 * Opens (or creates) the state in a folder. A committed transaction survives a kill of the process: WAL with
 * `synchronous = normal` passes every commit to the operating system, and only a power cut can lose it. Throws
 * when the folder can't be written or another process uses it: two clouds on one state would deliver every
 * message twice.
 */
export function openState(home: string): State {
  const file = join(home, "local.sqlite");
  const objects = join(home, "objects");
  try {
    mkdirSync(home, { recursive: true });
    mkdirSync(objects, { recursive: true, mode: 0o700 });
    chmodSync(objects, 0o700);
    // SQLite gives its log the mode of the database, so the database must be private before it is opened.
    closeSync(openSync(file, "a", 0o600));
    chmodSync(file, 0o600);
  } catch (error) {
    throw new Error(
      `The local cloud can't write its state in ${home}: choose another folder with BULKHEAD_HOME.`,
      { cause: error },
    );
  }

  const db = new DatabaseSync(file);
  lock(db, home);
  db.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on");
  migrate(db);
  return { db, objects, transaction: (work) => transaction(db, work), close: () => db.close() };
}

function lock(db: DatabaseSync, home: string): void {
  try {
    db.exec("pragma locking_mode = exclusive; begin immediate; commit");
  } catch (error) {
    db.close();
    throw new Error(
      `The state in ${home} is damaged or in use by another local cloud: stop that one, or choose another BULKHEAD_HOME.`,
      {
        cause: error,
      },
    );
  }
}

function migrate(db: DatabaseSync): void {
  const done = Number(db.prepare("pragma user_version").get()?.user_version);
  if (done > migrations.length) {
    throw new Error(
      `The state has version ${done}, which is newer than this local cloud: use a newer checkout or another BULKHEAD_HOME.`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < done) continue;
    transaction(db, () => db.exec(`${sql}; pragma user_version = ${index + 1}`));
  }
}

function transaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec("begin immediate");
  try {
    const result = work();
    db.exec("commit");
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw error;
  }
}
