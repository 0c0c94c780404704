import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Code } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
import { consoleFiles } from "./site/console.ts";
import type { Site } from "./site/site.ts";

export const FUNCTION_NAMES = [
  "auth",
  "api",
  "worker",
  "dead-letters",
  "sweeper",
  "schema",
  "site",
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** Gives the code of a function. */
export type CodeOf = (name: FunctionName) => Code;

/** What the stacks deploy. The tests give a fixture instead, and are fast. */
export interface Product {
  readonly codeOf: CodeOf;
  readonly site: Site;
}

const ROOT = resolve(import.meta.dirname, "..");
const MIGRATIONS = join(ROOT, "migrations");

/** The product of this repository: the functions bundled, the console built. */
export function product(): Product {
  const site = consoleFiles();
  const companions: Partial<Record<FunctionName, Companions>> = {
    schema: migrations(),
    site: siteFiles(site),
  };
  return {
    site,
    codeOf: (name) =>
      Code.fromAsset(
        bundle(`functions/${name}/index.ts`, `dist/functions/${name}`, companions[name]),
      ),
  };
}

/** Files that lie beside a bundle's code: path in the bundle → contents. */
type Companions = ReadonlyMap<string, Buffer>;

const migrations = (): Companions =>
  new Map(migrationFiles().map((path) => [`migrations/${basename(path)}`, readFileSync(path)]));

const siteFiles = ({ folder, files }: Site): Companions =>
  new Map([
    ["site.json", Buffer.from(JSON.stringify(files))],
    ...files.map(({ key }): [string, Buffer] => [`site/${key}`, readFileSync(join(folder, key))]),
  ]);

/**
 * Bundles one entry into `outdir` as `index.mjs` with its source map and the companion files, byte
 * for byte the same in any folder. Paths are relative to `root`.
 *
 * @throws esbuild's BuildFailure, which names the file and the line.
 */
export function bundle(
  entry: string,
  outdir: string,
  companions: Companions = new Map(),
  root = ROOT,
): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(outdir, "index.mjs"),
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // CommonJS dependencies (pg is one) call `require`, which a module does not have.
    banner: { js: REQUIRE },
    // Node reads the map for stack traces (NODE_OPTIONS=--enable-source-maps). The sources' text
    // would triple what a cold start parses. Identifiers keep their names: those are the stack.
    sourcemap: true,
    sourcesContent: false,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
  });

  const code = outputFiles.map((file): [string, Buffer] => [
    basename(file.path),
    Buffer.from(file.contents),
  ]);
  return settle(join(root, outdir), new Map([...code, ...companions]));
}

const REQUIRE = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

/** Digest of the migrations: when it changes, CloudFormation runs them. */
export function migrationsDigest(folder = MIGRATIONS): string {
  const hash = createHash("sha256");
  for (const path of migrationFiles(folder)) {
    const text = readFileSync(path);
    // The lengths keep two different sets of files from running together into one text.
    hash.update(`${basename(path)} ${text.length}\n`).update(text);
  }
  return hash.digest("hex");
}

function migrationFiles(folder = MIGRATIONS): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => join(folder, name));
}

/** Writes what differs and removes what is left over, so that a concurrent synth reads no half bundle. */
function settle(folder: string, files: ReadonlyMap<string, Buffer>): string {
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
