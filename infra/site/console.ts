import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { digestOf, filesAt, remembered, sourcesIn } from "../sources.ts";
import { SynthError } from "../synth-error.ts";
import { readSite, type Site } from "./site.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const CONSOLE = "packages/console";

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
  const last = remembered<{ sources: string; site: string }>(memory);
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
  const paths = foldersOf(root).flatMap((folder) => sourcesIn(root, folder));
  return digestOf(filesAt(root, [...paths, "package-lock.json"]));
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

function existing(folder: string): Site | undefined {
  try {
    return readSite(folder);
  } catch {
    return undefined;
  }
}
