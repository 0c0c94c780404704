import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

// Astro empties its folder and fills it for half a minute. Two builds at once, as of a laptop's product
// and its tests, would break each other; so each has a folder of its own, and the last one to be whole
// takes the place.
const root = path.resolve(import.meta.dirname, "..");
const dist = path.join(root, "dist");
const made = path.join(root, ".astro", `build-${process.pid}`);
const old = `${made}-old`;

mkdirSync(path.dirname(made), { recursive: true });
const { status } = spawnSync("astro", ["build", "--outDir", made], {
  cwd: root,
  stdio: "inherit",
});
if (status === 0) {
  try {
    renameSync(dist, old);
  } catch {
    // There was none.
  }
  renameSync(made, dist);
}
for (const folder of [made, old]) rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
