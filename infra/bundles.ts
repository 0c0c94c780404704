import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Bundle, bundle, FUNCTION_NAMES, type FunctionName } from "./bundle.ts";
import { companionsOf } from "./companions.ts";
import type { Site } from "./site/site.ts";
import { digestOf, filesAt, remembered, sourcesIn } from "./sources.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** All that code is bundled from: a change anywhere makes every bundle anew. */
const SOURCES = ["functions", "packages"];
/** Dependencies, and how they and ours are compiled. */
const SETTINGS = ["package.json", "package-lock.json", "tsconfig.json", "infra/bundle.ts"];

/**
 * Every function's bundle, made if it or its sources are no longer those of the last time: a second
 * stage, or a laptop after a synth, finds them made. Answers their folders.
 *
 * What they were made from and became stands in `dist/functions.json`, as `dist/console.json` has it of
 * the console.
 *
 * @throws esbuild's BuildFailure, which names the file and the line.
 */
export async function bundles(
  site: () => Promise<Site>,
  root = ROOT,
): Promise<Map<FunctionName, string>> {
  const memory = join(root, "dist/functions.json");
  const last = remembered<Record<string, Made>>(memory) ?? {};
  const code = codeDigest(root);
  const made: Record<string, Made> = {};
  const folders = new Map<FunctionName, string>();
  // One after the other: esbuild uses every processor for one.
  for (const name of FUNCTION_NAMES) {
    const what = { name, companions: await companionsOf(name, site, root), root };
    const sources = digestOf([["code", Buffer.from(code)], ...what.companions]);
    const found = bundleDigest(what);
    const isMade = found && last[name]?.bundle === found && last[name]?.sources === sources;
    folders.set(name, isMade ? join(root, "dist/functions", name) : await bundle(what));
    made[name] = { sources, bundle: isMade ? found : bundleDigest(what) };
  }
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, `${JSON.stringify(made)}\n`);
  return folders;
}

/** Digests of what a bundle was made from, and of what it became. */
type Made = { sources: string; bundle?: string | undefined };

function codeDigest(root: string): string {
  const sources = SOURCES.flatMap((folder) => sourcesIn(root, folder));
  const settings = SETTINGS.filter((path) => existsSync(join(root, path)));
  return digestOf(filesAt(root, [...sources, ...settings]));
}

/** Of its files and the list of its inputs; nothing, where they are not all there. */
function bundleDigest({ name, root = ROOT }: Bundle): string | undefined {
  const folder = `dist/functions/${name}`;
  try {
    return digestOf(filesAt(root, [...sourcesIn(root, folder), `${folder}.inputs.json`]));
  } catch {
    return undefined; // or another synth is writing them at this moment
  }
}
