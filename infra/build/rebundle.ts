import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type BuildFailure, formatMessages } from "esbuild";
import { FUNCTION_NAMES, type FunctionName } from "../functions.ts";
import { assetsOf } from "./assets.ts";
import { bundle, inputsOf } from "./bundle.ts";
import { consoleFiles, isConsoleSource } from "./console.ts";

// `node infra/build/rebundle.ts OUTDIR`, from the repository's root: bundles the functions that depend
// on changed files. The local cloud runs it whenever a file is saved.
//
// Standard input is JSON, `{ files, first }`: the changed files as paths below the root, and the names
// of the functions to bundle first.
//
// Standard output is lines of JSON. The first is `{ names, site }`: the functions to be bundled, and the
// changed files that the console is built from. Then one for each function as soon as it is bundled:
// `{ name, folder }`, or `{ name, error }` with esbuild's message. The console is not built here, because
// that takes too long: `infra/site/serve.ts` serves it from its sources.

const [, , outdir = ""] = process.argv;
const root = process.cwd();
const { files, first }: { files: string[]; first: string[] } = JSON.parse(
  await text(process.stdin),
);

/** A package.json decides what its package exports, and is in no list of inputs. */
const changesExports = files.some((file) => file.endsWith("package.json"));

function isAffected(name: FunctionName): boolean {
  const inputs = inputsOf({ name, root });
  if (changesExports || !inputs) return true;
  return files.some((file) => inputs.has(file));
}

async function rebundle(name: FunctionName): Promise<object> {
  try {
    const assets = await assetsOf(name, () => consoleFiles(root), root);
    return { name, folder: await bundle({ name, assets, root, into: join(outdir, name) }) };
  } catch (error) {
    const { errors, message } = error as BuildFailure;
    const messages = errors ? await formatMessages(errors, { kind: "error" }) : [message];
    return { name, error: messages.join("\n").trim() };
  }
}

const print = (line: object) => console.log(JSON.stringify(line));

const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
const names = FUNCTION_NAMES.filter(isAffected).sort((left, right) => rank(left) - rank(right));
print({ names, site: files.filter((file) => isConsoleSource(file, root)) });
// One after the other: esbuild uses every processor for one, and the first in the list is done first.
for (const name of names) print(await rebundle(name));
