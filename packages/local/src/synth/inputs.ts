import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What a synth reads, relative to the repository's root. A missing input counts as empty. */
export const INPUTS = [
  "infra",
  "functions",
  "packages",
  "migrations",
  "package-lock.json",
  "cdk.json",
];

/** Names that a synth never reads, at any depth. */
const NOT_READ = new Set(["node_modules", "dist", ".astro", ".git", ".DS_Store"]);

/** The local cloud itself does not change what is synthesized. */
const LOCAL = [path.join("packages", "local"), path.join("infra", "local")];

/** @param file relative to the repository's root, at or below one of INPUTS */
export const isRead = (file: string): boolean =>
  !LOCAL.includes(file) && !NOT_READ.has(path.basename(file));

/** Digest of everything that decides the result of a synth: names and bytes of all files, and Node's version. */
export function inputsDigest(root: string): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of INPUTS.flatMap((input) => filesIn(root, input)).sort()) {
    const bytes = readFileSync(path.join(root, file));
    hash.update(`\n${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

function filesIn(root: string, input: string): string[] {
  if (!isRead(input)) return [];
  try {
    return readdirSync(path.join(root, input), { withFileTypes: true }).flatMap((entry) => {
      const below = path.join(input, entry.name);
      if (entry.isDirectory()) return filesIn(root, below);
      return entry.isFile() && isRead(below) ? [below] : [];
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return [input];
    if (code === "ENOENT") return [];
    throw error;
  }
}
