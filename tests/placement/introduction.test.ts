import { transact } from "@bulkhead/db";
import { introduce, type Migrator, pgMigrator } from "@bulkhead/db/migrate";
import { describe, expect, it } from "vitest";
import { proveIsolation } from "../prove/isolation/prove.ts";
import { brokenOf } from "../prove/report.ts";
import { anySql, callerOf, listProjects } from "../support/caller.ts";
import type { TestDatabase } from "../support/database.ts";
import { freshDatabase } from "../support/database.ts";
import { DEDICATED, freshPair, introduceTo } from "../support/dedicated.ts";

const keysOf = ({ sql }: TestDatabase) =>
  sql(
    "select generation, id, valid_until = 'infinity' as lasts from app.assertion_keys order by generation",
  );

/** The master's connection, which notes the text of what it is told. */
function noting(database: TestDatabase, notes: string[]): Migrator {
  const migrator = pgMigrator(database.url("master"));
  return {
    transaction: (work) =>
      migrator.transaction((tx) =>
        work({
          execute(statement, values) {
            notes.push(statement);
            return tx.execute(statement, values);
          },
        }),
      ),
  };
}

describe("an introduction", () => {
  it("gives both databases one key, which stands in no statement, and does nothing a second time", async () => {
    const [home, dedicated] = await Promise.all([freshDatabase(), freshDatabase()]);
    const notes: string[] = [];
    const acquaintance = { name: DEDICATED, generation: 1 };
    const both = [noting(home, notes), noting(dedicated, notes)] as const;
    expect(await introduce(...both, acquaintance)).toBe(true);
    const keys = await keysOf(home);
    expect(keys).toHaveLength(1);
    expect(await keysOf(dedicated)).toEqual(keys);
    const [key] = await home.sql("select encode(key, 'hex') as hex from app.assertion_keys");
    expect(notes.join()).not.toContain(key?.hex);

    expect(await introduce(...both, acquaintance)).toBe(false);
    expect(await keysOf(home)).toEqual(keys);
  });

  it("of a new generation replaces the key, and words that were given under the old one still open", async () => {
    const pair = await freshPair();
    const ada = await pair.newResident();
    const api = pair.databases("api");
    const caller = { ...callerOf(api.home, ada), databases: api };
    const { proof } = ada.credential as { proof: Buffer };
    const { rows } = await api.home.run([
      anySql("select app.open_session($1, 'project:read', 'a', 'r')", proof),
    ]);
    const old = rows[0]?.[0]?.[0];

    expect(await introduceTo(pair.home, pair.dedicated, 2)).toBe(true);
    expect(await keysOf(pair.home)).toMatchObject([{ generation: 2, lasts: true }]);
    expect(await keysOf(pair.dedicated)).toMatchObject([
      { generation: 1, lasts: false },
      { generation: 2, lasts: true },
    ]);
    await transact(caller, listProjects());
    const bring = async () =>
      (await pair.dedicated.as("api").run([anySql("select app.open_assertion($1)", old)])).failure;
    expect(await bring()).toBeUndefined();
    await pair.dedicated.sql(
      "update app.assertion_keys set valid_until = now() where generation = 1",
    );
    expect(await bring()).toMatchObject({ code: "BH503" });
    await transact(caller, listProjects());
  });

  it("mends what a restored backup broke: two keys where there should be one", async () => {
    const pair = await freshPair();
    const ada = await pair.newResident();
    const api = pair.databases("api");
    const caller = { ...callerOf(api.home, ada), databases: api };
    await pair.dedicated.sql("update app.assertion_keys set key = sha256('another')");
    await expect(transact(caller, listProjects())).rejects.toMatchObject({ code: "BH503" });

    expect(await introduceTo(pair.home, pair.dedicated)).toBe(true);
    await transact(caller, listProjects());
  });

  it("is refused with a database that holds users, that has another name, or that is not home", async () => {
    const [home, other, third] = await Promise.all([
      freshDatabase(),
      freshDatabase(),
      freshDatabase(),
    ]);
    await other.newPerson();
    await expect(introduceTo(home, other)).rejects.toThrow(
      "annex holds users: it is a home database and stays one.",
    );
    await third.sql("update app.signing_keys set database = 'harbour'");
    await expect(introduceTo(home, third)).rejects.toThrow(
      "The database that should be annex is called harbour already.",
    );
    const fourth = await freshDatabase();
    await expect(introduceTo(third, fourth)).rejects.toThrow("harbour is not the home database.");
  });

  it("changes nothing that the catalog proves", async () => {
    const { dedicated } = await freshPair();
    await dedicated.sql("begin");
    const broken = brokenOf(await proveIsolation(dedicated.sql));
    await dedicated.sql("rollback");
    expect(broken).toEqual([]);
  });
});
