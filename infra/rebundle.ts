import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type BuildFailure, formatMessagesSync } from "esbuild";
import { bundle, FUNCTION_NAMES, type FunctionName, inputsOf } from "./bundle.ts";
import { companionsOf } from "./companions.ts";
import { consoleFiles, isConsoleSource } from "./site/console.ts";

// `node infra/rebundle.ts OUTDIR`, from the repository's root: bundles anew what depends on changed
// files. The local cloud runs it whenever a file is saved. On standard input comes `{ files, first }` in JSON: paths below the root,
// and names of functions in the order in which somebody waits for them.
//
// It writes lines of JSON. The first is `{ names }`: what it is going to make. Then one for each, as
// soon as it is made: `{ name, folder }`, or `{ name, error }` with what the bundler or the console's
// build says. With `publishes: true` its files are what it is there for, and are to be put in place.

const [, , outdir = ""] = process.argv;
const root = process.cwd();
const { files, first }: { files: string[]; first: string[] } = JSON.parse(
  await text(process.stdin),
);

const siteChanged = files.some((file) => isConsoleSource(file, root));

/** What a package exports is in its package.json, which no bundle names. */
const everything = files.some((file) => file.endsWith("package.json"));

function depends(name: FunctionName): boolean {
  const inputs = inputsOf({ name, root });
  if (everything || !inputs) return true;
  return files.some((file) => inputs.has(file)) || (name === "site" && siteChanged);
}

function rebundle(name: FunctionName): object {
  try {
    const companions = companionsOf(name, () => consoleFiles(root), root);
    const folder = bundle({ name, companions, root, into: join(outdir, name) });
    return { name, folder, ...(name === "site" && { publishes: true }) };
  } catch (error) {
    const { errors, message } = error as BuildFailure;
    const told = errors ? formatMessagesSync(errors, { kind: "error" }) : [message];
    return { name, error: told.join("\n").trim() };
  }
}

const say = (line: object) => console.log(JSON.stringify(line));

const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
const names = FUNCTION_NAMES.filter(depends).sort((left, right) => rank(left) - rank(right));
say({ names });
// One after the other: esbuild uses every processor for one, and whoever waits gets the first one first.
for (const name of names) say(rebundle(name));
