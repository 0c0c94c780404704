import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { type BuildOptions, type BuildResult, build, type Metafile } from "esbuild";
import { settle } from "./settle.ts";

// Without the CDK's library, which takes longer to load than all bundles take to make: the local cloud
// bundles anew whenever a file is saved.

export const FUNCTION_NAMES = [
  "auth",
  "api",
  "worker",
  "dead-letters",
  "sweeper",
  "schema",
  "introduction",
  "operator",
  "site",
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

// esbuild's service collects its garbage as if memory were short: a quarter of what bundling costs.
process.env.GOGC ??= "400";

const ROOT = resolve(import.meta.dirname, "..");

/** Files that lie beside a bundle's code: path in the bundle → contents. */
export type Companions = ReadonlyMap<string, Buffer>;

export interface Bundle {
  /** Of the function, which is also its folder in `functions`. */
  readonly name: string;
  readonly companions?: Companions;
  /** @default - this repository */
  readonly root?: string;
  /** The folder that gets the bundle, wherever it lies. @default `dist/functions/NAME` below the root */
  readonly into?: string;
}

/**
 * Bundles a function's `functions/NAME/index.ts` as `index.mjs`, the parts that it loads later, their
 * source maps and the companion files, byte for byte the same in any folder. Answers the folder.
 *
 * @throws esbuild's BuildFailure, which names the file and the line.
 */
export async function bundle(what: Bundle): Promise<string> {
  forgetInputs(what);
  return finish(what, await build(optionsOf(what)));
}

/**
 * The files of ours that the last bundle was made from, relative to the root; `undefined` when there
 * is none, or it failed.
 */
export function inputsOf(what: Pick<Bundle, "name" | "root">): ReadonlySet<string> | undefined {
  try {
    return new Set(JSON.parse(readFileSync(inputsFile(what), "utf8")));
  } catch {
    return undefined;
  }
}

const inputsFile = ({ name, root = ROOT }: Pick<Bundle, "name" | "root">) =>
  join(root, `dist/functions/${name}.inputs.json`);

const forgetInputs = (what: Bundle) => rmSync(inputsFile(what), { force: true });

/** How a function is bundled. */
export const optionsOf = ({ name, root = ROOT }: Pick<Bundle, "name" | "root">) =>
  ({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/index.ts`],
    // Where a bundle lies is in its source map: it is made for one place, wherever it goes.
    outdir: `dist/functions/${name}`,
    outExtension: { ".js": ".mjs" },
    write: false,
    metafile: true,
    bundle: true,
    // What is only ever reached through `import()` is a file of its own: the SDK's clients and its many
    // ways to credentials, X-Ray, the OpenAPI document. A cold start neither parses it nor its map.
    splitting: true,
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
  }) as const satisfies BuildOptions;

const REQUIRE = `import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

type Built = BuildResult<ReturnType<typeof optionsOf>>;

function finish(what: Bundle, { outputFiles, metafile }: Built): string {
  const { name, root = ROOT, companions = new Map() } = what;
  const loaded = loadedParts(metafile);
  const parts = outputFiles
    .map(({ path, contents }) => ({ path: relative(root, path), contents }))
    .filter(({ path }) => loaded.has(path.replace(/\.map$/, "")))
    .map(({ path, contents }): [string, Buffer] => [basename(path), Buffer.from(contents)]);
  const folder = what.into ?? join(root, "dist/functions", name);
  settle(folder, new Map([...parts, ...companions]));

  const ours = Object.keys(metafile.inputs).filter((input) => !input.includes("node_modules/"));
  mkdirSync(dirname(inputsFile(what)), { recursive: true });
  writeFileSync(inputsFile(what), `${JSON.stringify(ours.sort(), null, 1)}\n`);
  return folder;
}

/** What the entry leads to. esbuild also writes parts that only code it has dropped would load. */
function loadedParts({ outputs }: Metafile): ReadonlySet<string> {
  const entry = Object.keys(outputs).find((path) => basename(path) === "index.mjs") ?? "";
  const found = new Set([entry]);
  for (const path of found) {
    for (const { path: next, external } of outputs[path]?.imports ?? []) {
      if (!external) found.add(next);
    }
  }
  return found;
}
