import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Build output and dependencies. */
const IGNORED = new Set(["node_modules", "dist", ".astro"]);

/** The sources in a folder, as paths below the root. */
export function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !IGNORED.has(name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return sourcesIn(root, path);
      return entry.isFile() ? [path] : [];
    });
}

/** Digest of the inputs or outputs of a build: names and bytes, and the version of Node. */
export function digestOf(files: Iterable<readonly [path: string, contents: Buffer]>): string {
  const hash = createHash("sha256").update(process.version);
  for (const [path, contents] of files) {
    hash.update(`\n${path} ${contents.length}\n`).update(contents);
  }
  return hash.digest("hex");
}

/** The contents of these paths below the root, sorted by path. */
export const filesAt = (root: string, paths: readonly string[]) =>
  [...paths].sort().map((path) => [path, readFileSync(join(root, path))] as const);

/** A record that an earlier build wrote; `undefined` when it is missing or not JSON. */
export function readRecord<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
