import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { eachLine } from "../lambda/lines.ts";

/** What became of one function that depends on a changed file. */
export type BundleResult =
  | { name: string; folder: string }
  /** As the bundler tells it: file, line and column first. */
  | { name: string; error: string };

export type RebundleOptions = {
  /** The repository's root. */
  root: string;
  /** The folder that gets a folder for each function. */
  outdir: string;
  /** Changed files, relative to the root. */
  files: readonly string[];
  /** Functions in the order in which somebody may wait for them. */
  first: readonly string[];
  /** Folder where V8 keeps the compiled script and bundler, which are the same at every save. */
  compileCache: string;
  signal: AbortSignal;
  /** What is going to be made, and those of the files that the site is made from. */
  begun(plan: { names: string[]; site: string[] }): void;
  made(one: BundleResult): void;
};

/** The product's own: what makes its bundles for a synth makes them here. Its head says how it is asked. */
const SCRIPT = path.join("infra", "build", "rebundle.ts");

/**
 * Bundles anew every function that depends on one of the files, in a process of its own that exits.
 *
 * @throws Error with its output when the script itself fails, or AbortError.
 */
export async function rebundle(options: RebundleOptions): Promise<void> {
  const { root, outdir, files, first, compileCache, signal, begun, made } = options;
  const child = spawn(process.execPath, [SCRIPT, outdir], {
    cwd: root,
    signal,
    stdio: "pipe",
    // Nothing of the person's shell, as in a synth.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      NODE_COMPILE_CACHE: compileCache,
    },
  });
  child.stdin.on("error", () => {}); // it has ended, and says why
  child.stdin.end(JSON.stringify({ files, first }));
  eachLine(child.stdout, (line) => {
    const said = JSON.parse(line);
    if (said.names) begun(said);
    else made(said);
  });
  const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`${SCRIPT} failed:\n${complaint.trim()}`);
}
