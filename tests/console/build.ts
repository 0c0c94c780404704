import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";

const CONSOLE = path.resolve("packages/console");

/**
 * Builds the console into a folder, as `npm run build` does into its own.
 *
 * @throws Error with the build's output when it fails
 */
export async function buildConsole(outDir: string): Promise<void> {
  const astro = path.resolve("node_modules/astro/bin/astro.mjs");
  const child = spawn(process.execPath, [astro, "build", "--outDir", outDir], {
    cwd: CONSOLE,
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      NODE_ENV: "production",
      ASTRO_TELEMETRY_DISABLED: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      printed += chunk;
    });
  }
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The console did not build:\n${printed}`);
}

/** Every file of a folder, as paths from it, in order. */
export async function filesOf(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}
