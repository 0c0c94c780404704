import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Made by a build, or read by none.
const NOT_READ = new Set(["node_modules", "dist", ".astro"]);

/** The sources in a folder, as paths below the root. */
export function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_READ.has(name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourcesIn(root, path);
      return entry.isFile() ? [path] : [];
    });
}

/** Digest of what something is built from, or was built to: names and bytes, and Node itself. */
export function digestOf(files: Iterable<readonly [path: string, contents: Buffer]>): string {
  const hash = createHash("sha256").update(process.version);
  for (const [path, contents] of files) {
    hash.update(`\n${path} ${contents.length}\n`).update(contents);
  }
  return hash.digest("hex");
}

/** The files of these paths below the root, by their names. */
export const filesAt = (root: string, paths: readonly string[]) =>
  [...paths].sort().map((path) => [path, readFileSync(join(root, path))] as const);

/** What an earlier build left of itself, or nothing. */
export function remembered<Memory>(path: string): Memory | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
