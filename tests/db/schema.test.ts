import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { FOLDER, schemaFiles } from "../schema/files.ts";
import { freshDatabase } from "../support/database.ts";

const STALE = "migrations/schema is stale: run npm run schema and commit what it writes";

async function committedFiles(): Promise<Map<string, string>> {
  const names = await readdir(FOLDER);
  const read = (name: string) => readFile(path.join(FOLDER, name), "utf8");
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
}

describe("migrations/schema", () => {
  it("is what the migrations add up to", async () => {
    const { sql } = await freshDatabase();
    const [found, committed] = [await schemaFiles(sql), await committedFiles()];
    expect([...committed.keys()].sort(), STALE).toEqual([...found.keys()].sort());
    for (const [name, text] of found) expect(committed.get(name), STALE).toBe(text);
  });

  it("has a file for each table", async () => {
    const { sql } = await freshDatabase();
    await sql("create table app.notes (tenant_id uuid primary key)");
    expect((await schemaFiles(sql)).get("app.notes.sql")).toContain("CREATE TABLE app.notes");
  });

  it("refuses what it has no form for", async () => {
    const { sql } = await freshDatabase();
    await sql("create sequence app.numbers");
    await expect(schemaFiles(sql)).rejects.toThrow(
      "npm run schema can't write the relation app.numbers: add its form to tests/schema.",
    );
  });
});
