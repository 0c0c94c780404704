import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/**
 * Attacks every route and job of this checkout over a throwaway database, prints a line for each, and writes
 * every attack's position and answer to `matrix.json` in the folder. The matrix needs the tests' database
 * server, so it runs as a test of its own.
 *
 * @returns whether nothing was found
 */
export async function proveMatrix(folder: string): Promise<boolean> {
  const report = path.resolve(folder, "matrix.json");
  const runner = spawn(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--config", "tests/prove/matrix/vitest.config.ts"],
    { env: { ...process.env, MATRIX_REPORT: report }, stdio: "inherit" },
  );
  const [code] = await once(runner, "exit");
  console.log(report);
  return code === 0;
}
