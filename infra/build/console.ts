import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { readSite, type Site } from "../site/site.ts";
import { SynthError } from "../synth-error.ts";
import { digestOf, filesAt, readRecord, sourcesIn } from "./sources.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const CONSOLE = "packages/console";

/**
 * Builds the console if its sources or its build have changed since the last time. Returns its files.
 *
 * `dist/console.json` records the digests of the sources and of the build: a `dist` that was edited by
 * hand, or that a failed build left incomplete, is built again.
 *
 * @throws SynthError with the build's own output.
 */
export async function consoleFiles(root = ROOT): Promise<Site> {
  const folder = join(root, CONSOLE, "dist");
  const recordFile = join(root, "dist/console.json");
  const sources = sourcesDigest(root);
  const last = readRecord<{ sources: string; site: string }>(recordFile);
  if (last?.sources === sources) {
    const site = tryReadSite(folder);
    if (site && site.digest === last.site) return site;
  }
  await build(root);
  const site = readSite(folder);
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(recordFile, `${JSON.stringify({ sources, site: site.digest })}\n`);
  return site;
}

/** Whether the console is built from a file, given as its path below the root. */
export function isConsoleSource(file: string, root = ROOT): boolean {
  const folders = existsSync(join(root, CONSOLE, "package.json")) ? sourceFolders(root) : [];
  return folders.some((folder) => file.startsWith(`${folder}/`));
}

async function build(root: string): Promise<void> {
  try {
    await promisify(execFile)("npm", ["run", "build", "--workspace", "@bulkhead/console"], {
      cwd: root,
      // The Node of this synth, and nothing else of the shell's: a build with NODE_ENV=test would be
      // recorded as current, and deployed.
      env: {
        NODE_ENV: "production",
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        PATH: [dirname(process.execPath), process.env.PATH ?? "/usr/bin:/bin"].join(delimiter),
      },
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new SynthError(`The build of the console failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Digest of the console's sources and of the lock file. */
function sourcesDigest(root: string): string {
  const paths = sourceFolders(root).flatMap((folder) => sourcesIn(root, folder));
  return digestOf(filesAt(root, [...paths, "package-lock.json"]));
}

/** The console's folder, and those of the workspace packages that it imports. */
function sourceFolders(root: string): string[] {
  const manifest = readFileSync(join(root, CONSOLE, "package.json"), "utf8");
  const { dependencies = {}, devDependencies = {} } = JSON.parse(manifest);
  const packages = Object.keys({ ...dependencies, ...devDependencies })
    .filter((dependency) => dependency.startsWith("@bulkhead/"))
    .map((dependency) => dependency.replace("@bulkhead", "packages"));
  return [CONSOLE, ...packages];
}

function tryReadSite(folder: string): Site | undefined {
  try {
    return readSite(folder);
  } catch {
    return undefined;
  }
}
