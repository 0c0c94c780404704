import path from "node:path";
import { StartError } from "../shared/start-error.ts";

export type CloudOptions = {
  /** The repository's root. */
  root: string;
  /** Port of the front door; 0 picks a free one. */
  port: number;
  /** Folder that stores the state. */
  home: string;
};

const DEFAULT_PORT = 3000;

/**
 * @throws StartError for an invalid PORT.
 */
export function readOptions(environment: NodeJS.ProcessEnv, root: string): CloudOptions {
  const given = environment.PORT || String(DEFAULT_PORT);
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) {
    throw new StartError(`PORT must be a number between 0 and 65535, not "${given}".`);
  }
  return { root, port, home: path.resolve(root, environment.BULKHEAD_HOME || ".bulkhead") };
}
