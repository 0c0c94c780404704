import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

// Astro empties its output folder and takes half a minute to fill it. Two builds at once, such as of the
// local product and of its tests, would break each other. So each build has its own folder, and a
// complete one replaces `dist`.
const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const output = path.join(root, ".astro", `build-${process.pid}`);
const old = `${output}-old`;

mkdirSync(path.dirname(output), { recursive: true });
const { status } = spawnSync("astro", ["build", "--outDir", output], {
  cwd: root,
  stdio: "inherit",
});
if (status === 0) {
  try {
    renameSync(dist, old);
  } catch {
    // There is no earlier build.
  }
  renameSync(output, dist);
}
for (const folder of [output, old]) rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
