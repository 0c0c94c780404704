import { accessSync, chmodSync, constants, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { StartError } from "../shared/start-error.ts";

/** The folder that holds everything a local cloud remembers. */
export type Home = {
  folder: string;
  /** A path inside it. */
  at(...segments: string[]): string;
};

/** @throws StartError when the folder can't be made or written. */
export function openHome(folder: string): Home {
  try {
    const isNew = makeFolder(folder);
    // With the slash it must be a folder.
    accessSync(`${folder}/`, constants.W_OK | constants.X_OK);
    // Not for other eyes, but passage stays open: PostgreSQL may run as another user, in a folder of
    // its own inside.
    if (isNew) chmodSync(folder, 0o711);
  } catch (error) {
    throw new StartError(
      `The folder ${folder} can't be written (${(error as Error).message}): choose another with BULKHEAD_HOME.`,
    );
  }
  return { folder, at: (...segments) => path.join(folder, ...segments) };
}

/**
 * Makes a folder and its parents, and tells whether there was none before. Step by step, because Node's
 * recursive one never ends where nothing can be made, as in /proc.
 */
function makeFolder(folder: string): boolean {
  if (existsSync(folder)) return false;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
  return true;
}
