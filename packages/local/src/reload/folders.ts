import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Fleet } from "../lambda/fleet.ts";

/** Whether two folders hold the same files, byte for byte. */
export function hasSameFiles(left: string, right: string): boolean {
  const files = filesIn(left);
  return (
    files.join("\n") === filesIn(right).join("\n") &&
    files.every((file) =>
      readFileSync(path.join(left, file)).equals(readFileSync(path.join(right, file))),
    )
  );
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

/** Removes bundles of earlier reloads that no function uses. */
export function removeUnused(live: string, fleet: Fleet): void {
  const used = new Set(fleet.all().flatMap((each) => each.codeFolders().map(path.dirname)));
  for (const name of foldersIn(live)) {
    const folder = path.join(live, name);
    if (!used.has(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it does not exist before the first reload
  }
}
