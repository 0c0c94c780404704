import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { consoleFiles } from "../../infra/build/console.ts";
import { foreignIn, inlineIn, scriptBytes } from "./pages.ts";

const SCRIPT_BUDGET_BYTES = 150_000;

const isOverBudget = ({ bytes }: { bytes: number }) => bytes > SCRIPT_BUDGET_BYTES;

const { folder: dist, files } = await consoleFiles();
const keys = files.map(({ key }) => key);
const pages = new Map<string, string>();

beforeAll(async () => {
  for (const key of keys.filter((key) => key.endsWith(".html"))) {
    pages.set(key, await readFile(path.join(dist, key), "utf8"));
  }
});

describe("the built console", () => {
  it("has a folder for every page, and a 404 page", () => {
    expect([...pages.keys()]).toEqual([
      "404.html",
      "account/index.html",
      "api-keys/index.html",
      "audit/index.html",
      "forgot-password/index.html",
      "index.html",
      "invitation/index.html",
      "jobs/index.html",
      "jobs/view/index.html",
      "members/index.html",
      "projects/index.html",
      "projects/view/index.html",
      "reset-password/index.html",
      "sign-in/index.html",
      "sign-up/index.html",
      "verify-email/index.html",
      "workspaces/index.html",
    ]);
  });

  it("has no inline script, style or handler", () => {
    for (const [page, html] of pages) expect(inlineIn(html), page).toEqual([]);
  });

  it("loads no file from another origin", () => {
    for (const [page, html] of pages) expect(foreignIn(html), page).toEqual([]);
  });

  it("loads at most 150 kB of script on any page", async () => {
    const sizes = await Promise.all(
      [...pages].map(async ([page, html]) => ({ page, bytes: await scriptBytes(dist, html) })),
    );
    const line = ({ page, bytes }: { page: string; bytes: number }) =>
      `${(bytes / 1000).toFixed(1).padStart(7)} kB  ${page}`;
    console.info(`Script of each page, uncompressed:\n${sizes.map(line).join("\n")}`);
    expect(sizes.filter(isOverBudget)).toEqual([]);
  });

  it("has a content hash in the name of every file that is cached forever", () => {
    const hashed = /^_astro\/[\w.-]+\.[\w-]{8}\.(js|css|woff2)$/;
    expect(keys.filter((key) => !key.endsWith(".html") && !hashed.test(key))).toEqual([
      "favicon.svg",
    ]);
  });
});

describe("these checks", () => {
  it("find what the policy blocks and what another origin serves", () => {
    for (const refused of [
      "<script>go()</script>",
      '<script type="module">go()</script>',
      "<style>p { color: red }</style>",
      '<p style="color: red">',
      '<button type="button" onclick="go()">',
      '<a href="javascript:go()">',
    ]) {
      expect(inlineIn(`<main>${refused}</main>`), refused).toHaveLength(1);
    }
    expect(inlineIn('<script type="module" src="/a.js"></script>')).toEqual([]);
    const foreign = "https://other.test/a.js";
    expect(foreignIn(`<script src="${foreign}"></script><script src="/a.js"></script>`)).toEqual([
      foreign,
    ]);
  });

  it("count the imports of a page's script, direct and indirect, once each", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "bulkhead-budget-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
    const first = 'import"./b.js";import{c}from"./c.js";';
    const second = `import"./c.js";${"x".repeat(100_000)}`;
    const third = "y".repeat(50_000);
    await Promise.all([write("a.js", first), write("b.js", second), write("c.js", third)]);
    const bytes = await scriptBytes(folder, '<script type="module" src="/a.js"></script>');
    expect(bytes).toBe(first.length + second.length + third.length);
    expect(isOverBudget({ bytes })).toBe(true);
    expect(isOverBudget({ bytes: bytes - third.length })).toBe(false);
  });
});
