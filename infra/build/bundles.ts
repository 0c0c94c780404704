import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FUNCTION_NAMES, type FunctionName } from "../functions.ts";
import type { Site } from "../site/site.ts";
import { assetsOf } from "./assets.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { digestOf, filesAt, readRecord, sourcesIn } from "./sources.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** The sources of all functions: a change to any of them rebuilds every bundle. */
const SOURCES = ["functions", "packages"];
/** Dependencies, and the settings of the compilers. */
const SETTINGS = ["package.json", "package-lock.json", "tsconfig.json", "infra/build/bundle.ts"];

/**
 * Bundles every function whose bundle or sources have changed since the last time. Returns their folders.
 *
 * `dist/functions.json` records the digests of each bundle's inputs and output, as `dist/console.json`
 * does for the console.
 *
 * @throws esbuild's BuildFailure, which names the file and the line.
 */
export async function bundles(
  site: () => Promise<Site>,
  root = ROOT,
): Promise<Map<FunctionName, string>> {
  const recordFile = join(root, "dist/functions.json");
  const last = readRecord<Record<string, BuildRecord>>(recordFile) ?? {};
  const code = codeDigest(root);
  const records: Record<string, BuildRecord> = {};
  const folders = new Map<FunctionName, string>();
  // One after the other: esbuild uses every processor for one.
  for (const name of FUNCTION_NAMES) {
    const options = { name, assets: await assetsOf(name, site, root), root };
    const sources = digestOf([["code", Buffer.from(code)], ...options.assets]);
    const found = bundleDigest(options);
    const isCurrent = found && last[name]?.bundle === found && last[name]?.sources === sources;
    folders.set(name, isCurrent ? join(root, "dist/functions", name) : await bundle(options));
    records[name] = { sources, bundle: isCurrent ? found : bundleDigest(options) };
  }
  mkdirSync(dirname(recordFile), { recursive: true });
  writeFileSync(recordFile, `${JSON.stringify(records)}\n`);
  return folders;
}

/** Digests of a bundle's inputs and of its output. */
type BuildRecord = { sources: string; bundle?: string | undefined };

function codeDigest(root: string): string {
  const sources = SOURCES.flatMap((folder) => sourcesIn(root, folder));
  const settings = SETTINGS.filter((path) => existsSync(join(root, path)));
  return digestOf(filesAt(root, [...sources, ...settings]));
}

/** Digest of a bundle's files and of the list of its inputs; `undefined` unless all of them exist. */
function bundleDigest({ name, root = ROOT }: Bundle): string | undefined {
  const folder = `dist/functions/${name}`;
  try {
    return digestOf(filesAt(root, [...sourcesIn(root, folder), `${folder}.inputs.json`]));
  } catch {
    return undefined; // or a concurrent synth is writing them
  }
}
