import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { eachLine } from "../lambda/each-line.ts";

/** The result for one function that depends on a changed file. */
export type BundleResult =
  | { name: string; folder: string }
  /** The bundler's message: file, line and column first. */
  | { name: string; error: string };

export type RebundleOptions = {
  /** The repository's root. */
  root: string;
  /** The folder that gets a folder for each function. */
  outdir: string;
  /** Changed files, relative to the root. */
  files: readonly string[];
  /** Functions in the order in which they are needed. */
  first: readonly string[];
  /** Folder where V8 caches the compiled script and bundler. */
  compileCache: string;
  signal: AbortSignal;
  /** The functions that will be bundled, and the changed files of the site. */
  onPlan(plan: { names: string[]; site: string[] }): void;
  onResult(result: BundleResult): void;
};

/** The product's script, which bundles as a synth does. Its head describes its interface. */
const SCRIPT = path.join("infra", "build", "rebundle.ts");

/**
 * Bundles every function that depends on one of the files, in a separate process that then exits.
 *
 * @throws Error with its output when the script itself fails, or AbortError.
 */
export async function rebundle(options: RebundleOptions): Promise<void> {
  const { root, outdir, files, first, compileCache, signal, onPlan, onResult } = options;
  const child = spawn(process.execPath, [SCRIPT, outdir], {
    cwd: root,
    signal,
    stdio: "pipe",
    // Nothing else of the developer's shell, as in a synth.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TMPDIR: process.env.TMPDIR,
      NODE_COMPILE_CACHE: compileCache,
    },
  });
  child.stdin.on("error", () => {}); // the script has ended; its exit code and output are handled below
  child.stdin.end(JSON.stringify({ files, first }));
  eachLine(child.stdout, (line) => {
    const message = JSON.parse(line);
    if (message.names) onPlan(message);
    else onResult(message);
  });
  const [output, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`${SCRIPT} failed:\n${output.trim()}`);
}
