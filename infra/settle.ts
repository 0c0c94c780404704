import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Writes what differs and removes what is left over, so that a concurrent synth reads no half bundle. */
export function settle(folder: string, files: ReadonlyMap<string, Buffer>): string {
  for (const [name, contents] of files) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (!same(path, contents)) writeFileSync(path, contents);
  }
  for (const found of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(found.parentPath, found.name);
    if (found.isFile() && !files.has(relative(folder, path))) rmSync(path);
  }
  return folder;
}

function same(path: string, contents: Buffer): boolean {
  try {
    return readFileSync(path).equals(contents);
  } catch {
    return false;
  }
}
