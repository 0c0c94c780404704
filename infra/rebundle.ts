import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type BuildFailure, formatMessages } from "esbuild";
import { bundle, FUNCTION_NAMES, type FunctionName, inputsOf } from "./bundle.ts";
import { companionsOf } from "./companions.ts";
import { consoleFiles, isConsoleSource } from "./site/console.ts";

// `node infra/rebundle.ts OUTDIR`, from the repository's root: bundles anew what depends on changed
// files. The local cloud runs it whenever a file is saved. On standard input comes `{ files, first }` in JSON: paths below the root,
// and names of functions in the order in which somebody waits for them.
//
// It writes lines of JSON. The first is `{ names, site }`: what it is going to make, and those of the
// files that the console is made from. Then one for each, as soon as it is made: `{ name, folder }`, or
// `{ name, error }` with what the bundler says. The console is not built here, which takes too long to
// wait for: `infra/site/serve.ts` shows it from its sources.

const [, , outdir = ""] = process.argv;
const root = process.cwd();
const { files, first }: { files: string[]; first: string[] } = JSON.parse(
  await text(process.stdin),
);

/** What a package exports is in its package.json, which no bundle names. */
const everything = files.some((file) => file.endsWith("package.json"));

function depends(name: FunctionName): boolean {
  const inputs = inputsOf({ name, root });
  if (everything || !inputs) return true;
  return files.some((file) => inputs.has(file));
}

async function rebundle(name: FunctionName): Promise<object> {
  try {
    const companions = await companionsOf(name, () => consoleFiles(root), root);
    return { name, folder: await bundle({ name, companions, root, into: join(outdir, name) }) };
  } catch (error) {
    const { errors, message } = error as BuildFailure;
    const told = errors ? await formatMessages(errors, { kind: "error" }) : [message];
    return { name, error: told.join("\n").trim() };
  }
}

const say = (line: object) => console.log(JSON.stringify(line));

const rank = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
const names = FUNCTION_NAMES.filter(depends).sort((left, right) => rank(left) - rank(right));
say({ names, site: files.filter((file) => isConsoleSource(file, root)) });
// One after the other: esbuild uses every processor for one, and whoever waits gets the first one first.
for (const name of names) say(await rebundle(name));
