import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrate, pgMigrator, readMigrations } from "@bulkhead/db/migrate";
import { describe, expect, it, onTestFinished } from "vitest";
import { proveIsolation } from "../prove/isolation/prove.ts";
import { brokenOf, canonical, hashOf } from "../prove/report.ts";
import { freshDatabase } from "../support/database.ts";
import { emptyDatabase } from "../support/empty-database.ts";

async function scratch(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "bulkhead-prove-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The product's migrations, and after them one that was written in a hurry. */
async function migrationsWith(text: string) {
  const folder = await scratch();
  await cp("migrations", folder, { recursive: true });
  const ours = await readMigrations("migrations");
  const number = String(ours.length + 1).padStart(4, "0");
  await writeFile(path.join(folder, `${number}_notes.sql`), text);
  return readMigrations(folder);
}

function prove(...words: string[]): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile("node", ["tests/prove/main.ts", ...words], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
}

const CARELESS = `
  set local role bulkhead_owner;
  create table app.notes (id uuid primary key default app.new_id(), body text);
  grant select, insert on app.notes to bulkhead_api`;

describe("a careless table", () => {
  it("is refused in sentences that say what to add, and is let through once it was added", async () => {
    const database = await freshDatabase();
    const migrator = pgMigrator(database.url("master"));
    await migrate(migrator, await migrationsWith(CARELESS));

    await database.sql("begin");
    const broken = brokenOf(await proveIsolation(database.sql));
    expect(broken.map(({ fault }) => fault)).toEqual([
      "app.notes has no tenant_id: nothing says whose its rows are",
      "app.notes_pkey is a key over all tenants: it tells each of them what the others have",
      "app.notes has no row level security: a role that may read it reads all tenants",
      expect.stringContaining("app.notes has no policy"),
      "bulkhead_api may insert app.notes, and no policy says which rows",
      "bulkhead_api may select app.notes, and no policy says which rows",
      "app.notes is not audited on insert and update and delete",
      "app.notes does not move with its tenant: app.own_table gives it what it needs",
    ]);
    expect(broken[0]?.remedy).toBe(
      "alter table app.notes add tenant_id uuid not null default app.claimed_tenant();",
    );

    expect(new Set(broken.slice(2).map(({ remedy }) => remedy))).toEqual(
      new Set([
        "select app.own_table('app.notes', read_by => '{note:read,note:write}', written_by => '{note:write}');",
      ]),
    );

    for (const { remedy } of broken) await database.sql(remedy);
    expect(brokenOf(await proveIsolation(database.sql))).toEqual([]);
  });
});

describe("the report", () => {
  it("has the same hash for the same schema, and another one for another", async () => {
    const [here, there] = [await freshDatabase(), await freshDatabase()];
    const hash = async ({ sql }: Pick<typeof here, "sql">) => {
      await sql("begin");
      const report = await proveIsolation(sql);
      await sql("commit");
      return hashOf(canonical(report));
    };
    const before = await hash(here);
    expect(await hash(there)).toBe(before);
    await there.sql("alter table app.projects alter name set default 'x'");
    expect(await hash(there)).not.toBe(before);
  });
});

describe("npm run prove isolation", () => {
  it("proves a live database as a role that reads nothing but the catalog, and leaves two files", async () => {
    const database = await freshDatabase();
    const out = path.join(await scratch(), "deep", "er");
    const url = database.url("sweeper");
    const { code, said } = await prove("isolation", "--url", url, "--out", out);
    expect([code, said]).toEqual([0, expect.stringContaining("isolation holds: ")]);
    expect(said).toContain(`of postgres://bulkhead_sweeper@${new URL(url).host}/`);
    expect(said).not.toContain(":runtime@");

    const [, hash = ""] = /^sha256 ([0-9a-f]{64})$/m.exec(said) ?? [];
    const json = await readFile(path.join(out, "isolation.json"), "utf8");
    expect(hashOf(json)).toBe(hash);
    const html = await readFile(path.join(out, "isolation.html"), "utf8");
    expect(html).toContain(hash);
    for (const { id } of JSON.parse(json).checks) expect(html).toContain(`<section id="${id}">`);
    expect(html).toContain("A person, who can belong to many tenants.");
  });

  it("ends with 1 and the way out when the database is careless", async () => {
    const database = await freshDatabase();
    await database.sql("alter table app.projects no force row level security");
    const url = database.url("api");
    const { code, said } = await prove("isolation", "--url", url, "--out", await scratch());
    expect(code).toBe(1);
    expect(said).toContain(
      "✗ row-security: app.projects does not force row level security: functions that run as its owner are exempt.\n    alter table app.projects force row level security;",
    );
    expect(said).toContain("isolation is broken in 1 place.");
  });

  it("ends with 2, and says what to do, when it can't be made", async () => {
    const file = path.join(await scratch(), "file");
    await writeFile(file, "");
    const { masterUrl } = await emptyDatabase();
    const closed = masterUrl.replace(/:\d+\//, ":1/");
    const refusals: [string[], string][] = [
      [[], "There is a proof to be named. There are: isolation, matrix."],
      [["billing"], "There is no proof called billing. There are: isolation, matrix."],
      [["matrix", "--url", masterUrl], "leave out --url"],
      [["isolation", "--uri", "x"], "Unknown option '--uri'"],
      [["isolation", "--url", "mysql://localhost/x"], "--url must look like postgres://"],
      [["isolation", "--url", closed, "--out", path.dirname(file)], "can't be reached: "],
      [["isolation", "--out", path.join(file, "x")], "Choose another folder with --out."],
      [
        ["isolation", "--url", masterUrl, "--out", path.dirname(file)],
        "has not been migrated: there is nothing of Bulkhead in it.",
      ],
    ];
    const answers = await Promise.all(refusals.map(([words]) => prove(...words)));
    for (const [index, [words, message]] of refusals.entries()) {
      expect([words, answers[index]]).toEqual([
        words,
        { code: 2, said: expect.stringContaining(message) },
      ]);
      expect(answers[index]?.said).not.toMatch(/^\s+at /m);
    }
  });
});
