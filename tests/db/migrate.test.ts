import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrate, pgMigrator, readMigrations } from "@bulkhead/db/migrate";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { proveIsolation } from "../prove/isolation/prove.ts";
import { brokenOf } from "../prove/report.ts";
import { emptyDatabase } from "../support/empty-database.ts";

const FIRST = "create table public.a (x integer)";
const SECOND = "insert into public.a values (1)";

/** A folder with these files, removed with the test. */
async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "bulkhead-migrations-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

const migrationsOf = async (files: Record<string, string>) => readMigrations(await folderOf(files));

describe("the product's migrations", () => {
  it("run on an empty database, as a master with Aurora's attributes, once", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    const ours = await readMigrations("migrations");
    const names = ours.map(({ name }) => name);
    expect(await migrate(pgMigrator(masterUrl), ours)).toEqual(names);
    expect(await migrate(pgMigrator(masterUrl), ours)).toEqual([]);

    const ledger = await sql("select name from public.schema_migrations order by name");
    expect(ledger.map(({ name }) => name)).toEqual(names);
    await sql("begin");
    expect(brokenOf(await proveIsolation(sql))).toEqual([]);
  });
});

describe("migrations", () => {
  it("are the files of the folder itself, and none below it", async () => {
    const folder = await folderOf({ "0001_table.sql": FIRST });
    await mkdir(path.join(folder, "schema"));
    await writeFile(path.join(folder, "schema/public.a.sql"), FIRST);
    expect((await readMigrations(folder)).map(({ name }) => name)).toEqual(["0001_table.sql"]);
  });

  it("run in the order of their numbers, each once", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    const files = { "0002_fill.sql": SECOND, "0001_table.sql": FIRST };
    const migrations = await migrationsOf(files);
    expect(await migrate(pgMigrator(masterUrl), migrations)).toEqual([
      "0001_table.sql",
      "0002_fill.sql",
    ]);
    const more = await migrationsOf({ ...files, "0003_more.sql": SECOND });
    expect(await migrate(pgMigrator(masterUrl), more)).toEqual(["0003_more.sql"]);
    expect(await sql("select * from public.a")).toHaveLength(2);
  });

  it("are refused by name, with the way out, when one was edited after it ran", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    const migrator = pgMigrator(masterUrl);
    await migrate(
      migrator,
      await migrationsOf({ "0001_table.sql": FIRST, "0002_fill.sql": SECOND }),
    );
    const edited = await migrationsOf({
      "0001_table.sql": FIRST,
      "0002_fill.sql": `${SECOND}, (2)`,
      "0003_more.sql": SECOND,
    });
    await expect(migrate(migrator, edited)).rejects.toThrow(
      "The migration 0002_fill.sql was not applied: it was edited after it was applied. Undo the edit and add a new one.",
    );
    expect(await sql("select * from public.a")).toHaveLength(1);
  });

  it("leave a database alone that is ahead of them: that is how a rollback finds it", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    const migrator = pgMigrator(masterUrl);
    await migrate(
      migrator,
      await migrationsOf({ "0001_table.sql": FIRST, "0002_fill.sql": SECOND }),
    );
    expect(await migrate(migrator, await migrationsOf({ "0001_table.sql": FIRST }))).toEqual([]);
    expect(await sql("select * from public.a")).toHaveLength(1);
  });

  it("keep what came before the one that fails, nothing of it and nothing after it", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    const files = {
      "0001_table.sql": FIRST,
      "0002_fill.sql": `${SECOND}; create table public.b (); select 1 / 0`,
      "0003_more.sql": SECOND,
    };
    await expect(migrate(pgMigrator(masterUrl), await migrationsOf(files))).rejects.toThrow(
      "The migration 0002_fill.sql was not applied: division by zero.",
    );
    expect(await sql("select * from public.a")).toEqual([]);
    expect(await sql("select to_regclass('public.b') as b")).toEqual([{ b: null }]);
    expect(await sql("select name from public.schema_migrations")).toEqual([
      { name: "0001_table.sql" },
    ]);

    const repaired = await migrationsOf({ ...files, "0002_fill.sql": SECOND });
    expect(await migrate(pgMigrator(masterUrl), repaired)).toHaveLength(2);
  });

  it("run once when two runners start at once", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    const migrations = await migrationsOf({
      "0001_table.sql": FIRST,
      "0002_fill.sql": `select pg_sleep(0.2); ${SECOND}`,
    });
    const runners = [1, 2, 3].map(() => migrate(pgMigrator(masterUrl), migrations));
    const applied = (await Promise.all(runners)).flat().sort();
    expect(applied).toEqual(["0001_table.sql", "0002_fill.sql"]);
    expect(await sql("select * from public.a")).toHaveLength(1);
  });

  it("do not wait long for a lock, behind which everyone else would wait", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    const migrator = pgMigrator(masterUrl);
    const files = {
      "0001_table.sql": FIRST,
      "0002_note.sql": "create table public.settings as select name, setting from pg_settings",
    };
    await migrate(migrator, await migrationsOf(files));
    const timeouts = await sql(
      "select name, setting from public.settings where name in ('lock_timeout', 'statement_timeout') order by 1",
    );
    expect(timeouts.map(({ setting }) => setting)).toEqual(["5000", "40000"]);

    const holder = new Client({ connectionString: masterUrl });
    await holder.connect();
    onTestFinished(() => holder.end());
    await holder.query("begin; lock table public.a in access exclusive mode");
    const impatient = await migrationsOf({
      ...files,
      "0003_alter.sql": "set local lock_timeout = '100ms'; alter table public.a add y integer",
    });
    await expect(migrate(migrator, impatient)).rejects.toThrow(
      "The migration 0003_alter.sql was not applied: canceling statement due to lock timeout.",
    );
  });

  it("act as the owner only while they last", async () => {
    const { masterUrl, sql } = await emptyDatabase();
    await migrate(
      pgMigrator(masterUrl),
      await migrationsOf({
        "0001_as_owner.sql":
          "create schema s authorization bulkhead_owner; set local role bulkhead_owner; create table s.a ()",
        "0002_as_master.sql": "create table public.b ()",
      }),
    );
    expect(
      await sql(
        "select relname, relowner::regrole::text from pg_class where relname in ('a', 'b') order by 1",
      ),
    ).toEqual([
      { relname: "a", relowner: "bulkhead_owner" },
      { relname: "b", relowner: "bulkhead_master" },
    ]);
  });

  it.each([
    ["a name without a number", { "roles.sql": "" }, "roles.sql must be named like 0001_words.sql"],
    ["a name in capitals", { "0001_Roles.sql": "" }, "0001_Roles.sql must be named like"],
    ["a gap", { "0001_a.sql": "", "0003_b.sql": "" }, "0003_b.sql should have the number 2"],
    [
      "a number given twice",
      { "0001_a.sql": "", "0001_b.sql": "" },
      "0001_b.sql should have the number 2",
    ],
    ["a string without an end", { "0001_a.sql": "select 'a" }, "' on line 1 is never closed"],
  ])("are refused with %s", async (_, files, message) => {
    await expect(migrationsOf(files)).rejects.toThrow(message);
  });
});
