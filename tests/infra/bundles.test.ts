import { readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundles } from "../../infra/build/bundles.ts";
import { FUNCTION_NAMES } from "../../infra/functions.ts";
import { readSite } from "../../infra/site/site.ts";
import { smallRepository } from "./repository.ts";
import { FIXTURE } from "./support.ts";

const LONG_AGO = new Date("2020-01-01");

/** A repository, and a synth that returns the functions it has bundled: each has a new list of inputs. */
function repository() {
  const { root, write } = smallRepository();
  const inputs = (name: string) => join(root, `dist/functions/${name}.inputs.json`);
  const synthesize = async () => {
    await bundles(async () => readSite(join(FIXTURE, "site")), root);
    const made = FUNCTION_NAMES.filter((name) => statSync(inputs(name)).mtimeMs > +LONG_AGO);
    for (const name of FUNCTION_NAMES) utimesSync(inputs(name), LONG_AGO, LONG_AGO);
    return made;
  };
  return { root, write, inputs, synthesize };
}

it("a second synth bundles nothing", async () => {
  const { synthesize } = repository();
  expect(await synthesize()).toEqual(FUNCTION_NAMES);
  expect(await synthesize()).toEqual([]);
});

it.each([
  ["a function", "functions/api/index.ts", "export const handler = () => 2;"],
  ["a package", "packages/core/shared.ts", "export const shared = 2;"],
  ["a package's exports", "packages/core/package.json", "{}"],
  ["a dependency", "package-lock.json", '{ "changed": true }'],
  ["the compiler's settings", "tsconfig.json", "{}"],
])("every function is bundled again when %s has changed", async (_, path, text) => {
  const { write, synthesize } = repository();
  await synthesize();
  write(path, text);
  expect(await synthesize()).toEqual(FUNCTION_NAMES);
});

it("a function is bundled again when its assets have changed", async () => {
  const { write, synthesize } = repository();
  await synthesize();
  write("migrations/0002_second.sql", "select 2;");
  expect(await synthesize()).toEqual(["schema"]);
});

it("a bundle that was edited or is incomplete is bundled again", async () => {
  const { root, write, inputs, synthesize } = repository();
  await synthesize();
  const code = join(root, "dist/functions/api/index.mjs");
  const before = readFileSync(code, "utf8");
  write("dist/functions/api/index.mjs", "export const handler = () => 'edited';");
  write("dist/functions/worker/added.mjs", "");
  rmSync(join(root, "dist/functions/auth/index.mjs.map"));
  rmSync(inputs("sweeper"));
  expect(await synthesize()).toEqual(["auth", "api", "worker", "sweeper"]);
  expect(readFileSync(code, "utf8")).toBe(before);
});

it("functions are bundled again after an unreadable record or a failed synth", async () => {
  const { write, synthesize } = repository();
  await synthesize();
  write("dist/functions.json", "{");
  expect(await synthesize()).toEqual(FUNCTION_NAMES);

  const good = "export const handler = () => false;";
  write("functions/site/index.ts", 'import "./missing.ts";');
  await expect(synthesize()).rejects.toThrow("missing.ts");
  write("functions/site/index.ts", good);
  expect(await synthesize()).toContain("site");
});
