import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type BuildOptions, type BuildResult, build, type Metafile } from "esbuild";
import { syncDirectory } from "./sync-directory.ts";

// Does not import the CDK's library, which takes longer to load than all bundles take to build: the local
// cloud bundles whenever a file is saved.

// Go's default collects esbuild's garbage so often that it takes a quarter of the time.
process.env.GOGC ??= "400";

const ROOT = resolve(import.meta.dirname, "../..");

/** Files beside a bundle's code: path in the bundle → contents. */
export type Assets = ReadonlyMap<string, Buffer>;

export interface Bundle {
  /** Name of the function, and of its folder in `functions`. */
  readonly name: string;
  /** @default - none */
  readonly assets?: Assets;
  /** @default - this repository */
  readonly root?: string;
  /** The folder to write the bundle to. @default `dist/functions/NAME` below the root */
  readonly into?: string;
}

/**
 * Bundles `functions/NAME/index.ts` as `index.mjs`, with the chunks that it loads later, their source
 * maps and the assets, byte for byte the same in any checkout. Returns the folder.
 *
 * @throws esbuild's BuildFailure, which names the file and the line.
 */
export async function bundle(options: Bundle): Promise<string> {
  rmSync(inputsFile(options), { force: true });
  return write(options, await build(optionsOf(options)));
}

/**
 * The repository's files that the last bundle was built from, relative to the root; `undefined` when
 * there is no bundle, or it failed.
 */
export function inputsOf(options: Pick<Bundle, "name" | "root">): ReadonlySet<string> | undefined {
  try {
    return new Set(JSON.parse(readFileSync(inputsFile(options), "utf8")));
  } catch {
    return undefined;
  }
}

const inputsFile = ({ name, root = ROOT }: Pick<Bundle, "name" | "root">) =>
  join(root, `dist/functions/${name}.inputs.json`);

/** esbuild's options for a function. */
export const optionsOf = ({ name, root = ROOT }: Pick<Bundle, "name" | "root">) =>
  ({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/index.ts`],
    // The source map holds the output path: it is the same for every folder that a bundle is written to.
    outdir: `dist/functions/${name}`,
    outExtension: { ".js": ".mjs" },
    write: false,
    metafile: true,
    bundle: true,
    // What is reached through `import()` only is a file of its own: the SDK's clients and its credential
    // providers, X-Ray, the OpenAPI document. A cold start parses neither it nor its map.
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    // CommonJS dependencies (pg is one) call `require`, which an ES module does not have.
    banner: { js: REQUIRE },
    // Node reads the map for stack traces (NODE_OPTIONS=--enable-source-maps). The sources' text
    // would triple what a cold start parses. Identifiers keep their names for stack traces.
    sourcemap: true,
    sourcesContent: false,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "silent",
  }) as const satisfies BuildOptions;

const REQUIRE = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

type Output = BuildResult<ReturnType<typeof optionsOf>>;

function write(options: Bundle, { outputFiles, metafile }: Output): string {
  const { name, root = ROOT, assets = new Map() } = options;
  const loaded = loadedFiles(metafile);
  const code = outputFiles
    .map(({ path, contents }) => ({ path: relative(root, path), contents }))
    .filter(({ path }) => loaded.has(path.replace(/\.map$/, "")))
    .map(({ path, contents }): [string, Buffer] => [basename(path), Buffer.from(contents)]);
  const folder = options.into ?? join(root, "dist/functions", name);
  syncDirectory(folder, new Map([...code, ...assets]));

  const inputs = Object.keys(metafile.inputs).filter((input) => !input.includes("node_modules/"));
  mkdirSync(dirname(inputsFile(options)), { recursive: true });
  writeFileSync(inputsFile(options), `${JSON.stringify(inputs.sort(), null, 1)}\n`);
  return folder;
}

/** The output files that the entry imports. esbuild also writes chunks that only removed code would load. */
function loadedFiles({ outputs }: Metafile): ReadonlySet<string> {
  const entry = Object.keys(outputs).find((path) => basename(path) === "index.mjs") ?? "";
  const found = new Set([entry]);
  for (const path of found) {
    for (const { path: next, external } of outputs[path]?.imports ?? []) {
      if (!external) found.add(next);
    }
  }
  return found;
}
