import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { StartError } from "../shared/start-error.ts";

/**
 * Reads a JSON file. A missing file reads as `fallback`.
 *
 * @throws StartError for a file that is not JSON.
 */
export function readJson<StoredCredentials>(
  file: string,
  fallback: StoredCredentials,
): StoredCredentials {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return fallback;
    throw new StartError(
      `${file} can't be read (${(error as Error).message}): repair or remove it.`,
    );
  }
}

/** Replaces the file atomically, readable by its owner only. */
export function writeJson(file: string, content: unknown): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, "w", 0o600);
  writeSync(descriptor, `${JSON.stringify(content, null, 2)}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(temporary, file);
}
