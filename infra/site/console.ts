import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { SynthError } from "../synth-error.ts";
import { readSite, type Site } from "./site.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const CONSOLE = "packages/console";

// Made by the build, or read by no build.
const NOT_READ = new Set(["node_modules", "dist", ".astro"]);

/**
 * The console's files, built if its sources are no longer those of the last build.
 *
 * Which ones those were stands in `dist/console.json`, beside the bundles and outside of the site,
 * together with the digest of what they became: a `dist` that somebody has edited, or that a broken
 * build has left half, is built again.
 *
 * @throws SynthError with the build's own output.
 */
export async function consoleFiles(root = ROOT): Promise<Site> {
  const folder = join(root, CONSOLE, "dist");
  const memory = join(root, "dist/console.json");
  const sources = sourcesDigest(root);
  const last = remembered(memory);
  if (last?.sources === sources) {
    const site = existing(folder);
    if (site && site.digest === last.site) return site;
  }
  await build(root);
  const site = readSite(folder);
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(memory, `${JSON.stringify({ sources, site: site.digest })}\n`);
  return site;
}

/** Whether the console is made from a file, given as its path below the root. */
export function isConsoleSource(file: string, root = ROOT): boolean {
  const folders = existsSync(join(root, CONSOLE, "package.json")) ? foldersOf(root) : [];
  return folders.some((folder) => file.startsWith(`${folder}/`));
}

async function build(root: string): Promise<void> {
  try {
    await promisify(execFile)("npm", ["run", "build", "--workspace", "@bulkhead/console"], {
      cwd: root,
      // On the Node of this synth, whichever the machine has, and with nothing else of the shell's: what
      // a NODE_ENV=test makes of it would be remembered, and served.
      env: {
        NODE_ENV: "production",
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        PATH: [dirname(process.execPath), process.env.PATH ?? "/usr/bin:/bin"].join(delimiter),
      },
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new SynthError(`The console does not build:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Digest of the console's own files, of the packages of ours that it imports, and of the lock file. */
function sourcesDigest(root: string): string {
  const hash = createHash("sha256").update(process.version);
  const paths = foldersOf(root).flatMap((folder) => filesIn(root, folder));
  for (const path of [...paths.sort(), "package-lock.json"]) {
    const contents = readFileSync(join(root, path));
    hash.update(`\n${path} ${contents.length}\n`).update(contents);
  }
  return hash.digest("hex");
}

/** The console's own, and those of the packages that it imports. */
function foldersOf(root: string): string[] {
  const manifest = readFileSync(join(root, CONSOLE, "package.json"), "utf8");
  const { dependencies = {}, devDependencies = {} } = JSON.parse(manifest);
  const packages = Object.keys({ ...dependencies, ...devDependencies })
    .filter((dependency) => dependency.startsWith("@bulkhead/"))
    .map((dependency) => dependency.replace("@bulkhead", "packages"));
  return [CONSOLE, ...packages];
}

function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_READ.has(name))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesIn(root, path);
      return entry.isFile() ? [path] : [];
    });
}

function remembered(path: string): { sources: string; site: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function existing(folder: string): Site | undefined {
  try {
    return readSite(folder);
  } catch {
    return undefined;
  }
}
