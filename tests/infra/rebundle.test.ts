import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { assetsOf } from "../../infra/build/assets.ts";
import { bundle } from "../../infra/build/bundle.ts";
import { consoleFiles } from "../../infra/build/console.ts";
import { FUNCTION_NAMES } from "../../infra/functions.ts";
import { smallRepository } from "./repository.ts";

const SCRIPT = resolve(import.meta.dirname, "../../infra/build/rebundle.ts");

function repository() {
  const { root, write } = smallRepository();

  const synthesize = async (into?: string) => {
    const site = () => consoleFiles(root);
    for (const name of FUNCTION_NAMES) {
      const assets = await assetsOf(name, site, root);
      await bundle({ name, assets, root, ...(into && { into: join(into, name) }) });
    }
  };
  let count = 0;
  const rebundle = (files: string[], first: string[] = []) => {
    const outdir = join(root, `live-${++count}`);
    const { stdout, stderr } = spawnSync(process.execPath, [SCRIPT, outdir], {
      cwd: root,
      input: JSON.stringify({ files, first }),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const [begun, ...made] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { names: begun.names as string[], made, outdir };
  };
  return { root, write, synthesize, rebundle };
}

const contents = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path.slice(folder.length), readFileSync(path, "base64")]);

it("bundles what depends on a changed file, the requested one first, exactly as a synth does", async () => {
  const { root, write, synthesize, rebundle } = repository();
  await synthesize();
  write("packages/core/shared.ts", "export const shared = 2;");
  const { names, made, outdir } = rebundle(["packages/core/shared.ts"], ["worker", "auth", "api"]);
  expect(names).toEqual(["worker", "api"]);
  expect(made).toEqual(names.map((name) => ({ name, folder: join(outdir, name) })));

  await synthesize(join(root, "expected"));
  for (const name of names) {
    expect(contents(join(outdir, name))).toEqual(contents(join(root, "expected", name)));
  }
  expect(rebundle(["packages/core/unused.ts"]).names).toEqual([]);
});

it("follows re-exports, and bundles everything when a package's exports change", async () => {
  const { synthesize, rebundle } = repository();
  await synthesize();
  expect(rebundle(["packages/core/index.ts"]).names).toEqual(["api", "worker"]);
  expect(rebundle(["packages/core/package.json"]).names).toHaveLength(FUNCTION_NAMES.length);
});

it("names the faulty line, and bundles again after the next change", async () => {
  const { write, synthesize, rebundle } = repository();
  await synthesize();
  write(
    "functions/api/index.ts",
    'import { gone } from "./gone.ts";\nexport const handler = gone;',
  );
  const { made } = rebundle(["functions/api/index.ts"]);
  expect(made).toMatchObject([
    { name: "api", error: expect.stringContaining("functions/api/index.ts:1:21") },
  ]);
  write("functions/api/gone.ts", "export const gone = () => 1;");
  expect(rebundle(["functions/api/gone.ts"]).made).toMatchObject([
    { name: "api", folder: expect.any(String) },
  ]);
});

it("includes the migrations and the site, as a synth does", async () => {
  const { root, synthesize, rebundle } = repository();
  rmSync(join(root, "dist"), { recursive: true, force: true }); // without records, everything is bundled
  const { outdir } = rebundle(["functions/api/index.ts"]);
  await synthesize(join(root, "expected"));
  expect(contents(outdir)).toEqual(contents(join(root, "expected")));
});
