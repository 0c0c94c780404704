import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/**
 * Makes a folder contain exactly these files. Writes what differs and removes what is left over; a file
 * that is the same is not touched, so a concurrent synth never reads it half written.
 */
export function syncDirectory(folder: string, files: ReadonlyMap<string, Buffer>): string {
  for (const [name, contents] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (!isSame(path, contents)) writeFileSync(path, contents);
  }
  for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(found.parentPath, found.name);
    if (found.isFile() && !files.has(relative(folder, path))) rmSync(path);
  }
  return folder;
}

function isSame(path: string, contents: Buffer): boolean {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}
