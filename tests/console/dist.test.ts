import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildConsole, filesOf } from "./build.ts";
import { foreignIn, inlineIn, scriptBytes } from "./pages.ts";

const SCRIPT_BUDGET_BYTES = 150_000;

const folder = mkdtempSync(path.join(tmpdir(), "bulkhead-console-"));
const dist = path.join(folder, "dist");
const pages = new Map<string, string>();

beforeAll(async () => {
  await buildConsole(dist);
  for (const file of await filesOf(dist)) {
    if (file.endsWith(".html")) pages.set(file, await readFile(path.join(dist, file), "utf8"));
  }
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the built console", () => {
  it("has a folder for every page, and a page for what is not there", () => {
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

  it("holds no script, style or handler that is not in a file of its own", () => {
    for (const [page, html] of pages) expect(inlineIn(html), page).toEqual([]);
  });

  it("loads nothing from anywhere else", () => {
    for (const [page, html] of pages) expect(foreignIn(html), page).toEqual([]);
  });

  it("loads at most 150 kB of script on any page", async () => {
    const sizes = await Promise.all(
      [...pages].map(async ([page, html]) => ({ page, bytes: await scriptBytes(dist, html) })),
    );
    const line = ({ page, bytes }: { page: string; bytes: number }) =>
      `${(bytes / 1000).toFixed(1).padStart(7)} kB  ${page}`;
    console.info(`Script of each page, uncompressed:\n${sizes.map(line).join("\n")}`);
    for (const { page, bytes } of sizes) {
      expect(bytes, page).toBeLessThanOrEqual(SCRIPT_BUDGET_BYTES);
    }
  });

  it("names what may be kept for ever by its content", async () => {
    const kept = (await filesOf(path.join(dist, "assets"))).filter(
      (file) => !/\.[\w-]{8}\.(js|css|woff2)$/.test(file),
    );
    expect(kept).toEqual([]);
  });

  it("is the same to the byte when it is built again", async () => {
    const again = path.join(folder, "again");
    await buildConsole(again);
    expect(await filesOf(again)).toEqual(await filesOf(dist));
    for (const file of await filesOf(dist)) {
      const [first, second] = await Promise.all(
        [dist, again].map((root) => readFile(path.join(root, file))),
      );
      expect(second?.equals(first ?? Buffer.alloc(0)), file).toBe(true);
    }
  }, 120_000);
});
