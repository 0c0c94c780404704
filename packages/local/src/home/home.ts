import { accessSync, chmodSync, constants, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { StartError } from "../shared/start-error.ts";

/** The folder with the local cloud's state. */
export type Home = {
  folder: string;
  /** A path inside it. */
  at(...segments: string[]): string;
};

/** @throws StartError when the folder can't be created or written. */
export function openHome(folder: string): Home {
  try {
    const isNew = createFolder(folder);
    // With the slash the path must be a folder.
    accessSync(`${folder}/`, constants.W_OK | constants.X_OK);
    // Not readable by others, but passable: PostgreSQL may run as another user, in a folder inside.
    if (isNew) chmodSync(folder, 0o711);
  } catch (error) {
    throw new StartError(
      `The folder ${folder} can't be written (${(error as Error).message}): choose another with BULKHEAD_HOME.`,
    );
  }
  return { folder, at: (...segments) => path.join(folder, ...segments) };
}

/**
 * Creates a folder and its parents, and returns whether it did not exist. One level at a time, because
 * Node's recursive mkdir does not return where no folder can be created, as in /proc.
 */
function createFolder(folder: string): boolean {
  if (existsSync(folder)) return false;
  createFolder(path.dirname(folder));
  mkdirSync(folder);
  return true;
}
