import { transact } from "@bulkhead/db";
import { type Migrator, pairDatabases, pgMigrator } from "@bulkhead/db/migrate";
import { describe, expect, it } from "vitest";
import { proveIsolation } from "../prove/isolation/prove.ts";
import { brokenOf } from "../prove/report.ts";
import { anySql, callerOf, listProjects } from "../support/caller.ts";
import type { TestDatabase } from "../support/database.ts";
import { freshDatabase } from "../support/database.ts";
import { DEDICATED, freshPair, pairWith } from "../support/dedicated.ts";

const keysOf = ({ sql }: TestDatabase) =>
  sql(
    "select generation, id, valid_until = 'infinity' as lasts from app.assertion_keys order by generation",
  );

/** The master's connection, recording the text of its statements. */
function recording(database: TestDatabase, statements: string[]): Migrator {
  const migrator = pgMigrator(database.url("master"));
  return {
    transaction: (work) =>
      migrator.transaction((tx) =>
        work({
          execute(statement, values) {
            statements.push(statement);
            return tx.execute(statement, values);
          },
        }),
      ),
  };
}

describe("a database pairing", () => {
  it("installs one key in both databases, which is in no statement's text, and changes nothing a second time", async () => {
    const [home, dedicated] = await Promise.all([freshDatabase(), freshDatabase()]);
    const statements: string[] = [];
    const pairing = { name: DEDICATED, generation: 1 };
    const both = [recording(home, statements), recording(dedicated, statements)] as const;
    expect(await pairDatabases(...both, pairing)).toBe(true);
    const keys = await keysOf(home);
    expect(keys).toHaveLength(1);
    expect(await keysOf(dedicated)).toEqual(keys);
    const [key] = await home.sql("select encode(key, 'hex') as hex from app.assertion_keys");
    expect(statements.join()).not.toContain(key?.hex);

    expect(await pairDatabases(...both, pairing)).toBe(false);
    expect(await keysOf(home)).toEqual(keys);
  });

  it("of a new generation replaces the key, and assertions signed with the old one still open", async () => {
    const pair = await freshPair();
    const ada = await pair.newResident();
    const api = pair.databases("api");
    const caller = { ...callerOf(api.home, ada), databases: api };
    const { proof } = ada.credential as { proof: Buffer };
    const { rows } = await api.home.run([
      anySql("select app.open_session($1, 'project:read', 'a', 'r')", proof),
    ]);
    const old = rows[0]?.[0]?.[0];

    expect(await pairWith(pair.home, pair.dedicated, 2)).toBe(true);
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

  it("replaces the keys of two databases that differ since a backup was restored", async () => {
    const pair = await freshPair();
    const ada = await pair.newResident();
    const api = pair.databases("api");
    const caller = { ...callerOf(api.home, ada), databases: api };
    await pair.dedicated.sql("update app.assertion_keys set key = sha256('another')");
    await expect(transact(caller, listProjects())).rejects.toMatchObject({ code: "BH503" });

    expect(await pairWith(pair.home, pair.dedicated)).toBe(true);
    await transact(caller, listProjects());
  });

  it("refuses a dedicated database that holds users or has another name, and a home that is none", async () => {
    const [home, other, third] = await Promise.all([
      freshDatabase(),
      freshDatabase(),
      freshDatabase(),
    ]);
    await other.newPerson();
    await expect(pairWith(home, other)).rejects.toThrow(
      "The database for annex holds users, so it is a home database.",
    );
    await third.sql("update app.signing_keys set database = 'harbour'");
    await expect(pairWith(home, third)).rejects.toThrow(
      "The database for annex has the name harbour already.",
    );
    const fourth = await freshDatabase();
    await expect(pairWith(third, fourth)).rejects.toThrow("The home database has the name harbour");
  });

  it("leaves the proof of isolation whole", async () => {
    const { dedicated } = await freshPair();
    await dedicated.sql("begin");
    const broken = brokenOf(await proveIsolation(dedicated.sql));
    await dedicated.sql("rollback");
    expect(broken).toEqual([]);
  });
});
