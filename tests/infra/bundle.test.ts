import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundle } from "../../infra/build/bundle.ts";
import { scratch } from "./support.ts";

/** A small repository: a function, a CommonJS package, a migration. */
function repository(...folders: string[]): string {
  const root = join(mkdtempSync(join(scratch, "repository-")), ...folders);
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write("node_modules/old/index.js", 'module.exports = require("node:path").sep;');
  write("functions/hello/fail.ts", FAIL);
  write("functions/hello/index.ts", ENTRY);
  write("migrations/0001_first.sql", "select 1;");
  return root;
}
const FAIL = `// a comment, so that the throw is on line four of this file
export type Reason = { text: string };

export const fail = (reason: Reason) => { throw new Error(reason.text); };
`;
const ENTRY = `import sep from "old";
import { fail } from "./fail.ts";
export const handler = () => fail({ text: "on purpose " + sep });
`;

const build = (root: string) => {
  const migration = readFileSync(join(root, "migrations/0001_first.sql"));
  return bundle({
    name: "hello",
    assets: new Map([["migrations/0001_first.sql", migration]]),
    root,
  });
};
const contents = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]);

it("a bundle is the same, byte for byte, in any checkout", async () => {
  const [here, there] = await Promise.all(
    [repository(), repository("much", "deeper")].map((root) => build(root)),
  );
  expect(contents(here ?? "")).toEqual(contents(there ?? ""));
  expect(contents(here ?? "").map(([path]) => path)).toEqual([
    "/index.mjs",
    "/index.mjs.map",
    "/migrations/0001_first.sql",
  ]);
});

it("a bundle runs as an ES module with CommonJS dependencies, and stack traces name source lines", async () => {
  const folder = await build(repository());
  const run = `import { handler } from ${JSON.stringify(join(folder, "index.mjs"))};
    try { handler(); } catch (error) { console.log(error.stack); }`;
  const stack = execFileSync(process.execPath, [
    "--enable-source-maps",
    "--input-type=module",
    "-e",
    run,
  ]);
  expect(String(stack)).toContain("on purpose /");
  expect(String(stack)).toMatch(/fail .*functions\/hello\/fail\.ts:4:\d+/);
});

it("a bundle replaces all files of the last one", async () => {
  const root = repository();
  const folder = await build(root);
  writeFileSync(join(folder, "migrations/0000_renamed.sql"), "select 0;");
  writeFileSync(join(folder, "index.js"), "");
  await build(root);
  expect(contents(folder)).toHaveLength(3);
});

it("a failed bundle names the file and the line", async () => {
  const root = repository();
  writeFileSync(join(root, "functions/hello/index.ts"), 'import "./missing.ts";');
  await expect(build(root)).rejects.toThrow(/functions\/hello\/index\.ts:1:\d+.*missing\.ts/);
});

it("what is loaded later is in files of its own, and what is never loaded is left out", async () => {
  const root = repository();
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  write("functions/hello/later.ts", "export const word = 'later';");
  write("functions/hello/never.ts", "export const word = 'never';");
  write(
    "functions/hello/index.ts",
    `const never = () => import("./never.ts");
export const handler = async () => (await import("./later.ts")).word;`,
  );
  const folder = await build(root);
  const code = contents(folder).filter(([path]) => path?.endsWith(".mjs"));
  expect(code.map(([path]) => path?.replace(/-\w+/, "-HASH"))).toEqual([
    "/index.mjs",
    "/later-HASH.mjs",
  ]);
  expect(code[0]?.[1]).not.toContain("word = ");

  const run = `import { handler } from ${JSON.stringify(join(folder, "index.mjs"))};
    console.log(await handler());`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", run]);
  expect(String(output)).toBe("later\n");
});
