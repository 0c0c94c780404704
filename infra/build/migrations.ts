import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const MIGRATIONS = resolve(import.meta.dirname, "../../migrations");

/** Digest of the migrations: when it changes, CloudFormation runs them. */
export function migrationsDigest(folder = MIGRATIONS): string {
  const hash = createHash("sha256");
  for (const path of migrationFiles(folder)) {
    const text = readFileSync(path);
    // With the lengths, no two sets of files are hashed as the same bytes.
    hash.update(`${basename(path)} ${text.length}\n`).update(text);
  }
  return hash.digest("hex");
}

export function migrationFiles(folder = MIGRATIONS): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => join(folder, name));
}
