import { type Connections, transact } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { anySql, callerOf, listProjects } from "../support/caller.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";
import { latchIn, stopAt } from "../support/latch.ts";
import { letTransaction, redefine } from "../support/mutation.ts";
import { counted } from "../support/watched.ts";

const raise = (code: string) =>
  anySql(`do $$ begin raise exception using errcode = '${code}', message = 'no'; end $$`);

async function acme(database: TestDatabase) {
  const connections = counted(database.as("api"));
  return { connections, caller: callerOf(connections, await database.newPerson()) };
}

/** The same connections, with every batch in a transaction that PostgreSQL serializes. */
function serializable(connections: Connections): Connections {
  return {
    ...connections,
    async run(commands, signal) {
      const begin = { text: "begin isolation level serializable" };
      const outcome = await connections.run([begin, ...commands, { text: "commit" }], signal);
      return { ...outcome, rows: outcome.rows.slice(1) };
    },
  };
}

describe("a transaction that lost against another", () => {
  it("is run again after a deadlock, and both are done", async () => {
    const database = await freshDatabase();
    await database.sql(`alter database ${database.name} set deadlock_timeout = '50ms'`);
    const { connections, caller } = await acme(database);
    await transact(
      caller,
      anySql("insert into app.projects (name, description) values ('a', ''), ('b', '')"),
    );
    const before = connections.batches();
    const append = (name: string, mark: string) =>
      anySql(
        `update app.projects set description = description || '${mark}' where name = '${name}'`,
      );
    // Each has locked one row when the latch lets both go on to the other's.
    const latch = await latchIn(database);
    const both = Promise.all([
      transact(caller, append("a", "1"), stopAt(latch), append("b", "1")),
      transact(caller, append("b", "2"), stopAt(latch), append("a", "2")),
    ]);
    await latch.reached(2);
    await latch.release();
    await both;
    // Two, and the loser's again: more when it overtakes the other once more, before that one has woken up.
    expect(connections.batches() - before).toBeGreaterThan(2);
    const marks = await database.sql("select description from app.projects");
    expect(marks.map(({ description }) => [...String(description)].sort().join(""))).toEqual([
      "12",
      "12",
    ]);
  });

  it("is run again when it could not be serialized, and sees what the other did", async () => {
    const database = await freshDatabase();
    // The driver's own transactions are read committed, in which nothing has to be serialized.
    await redefine(database, "app.open_session", letTransaction);
    const { connections, caller } = await acme(database);
    const strict = { ...caller, databases: { home: counted(serializable(connections)) } };
    const ifNone = (name: string) =>
      transact(
        strict,
        anySql("select count(*) from app.projects"),
        anySql("select pg_sleep(0.15)"),
        anySql(
          `insert into app.projects (name) select '${name}' where not exists (select from app.projects)`,
        ),
      );
    await Promise.all([ifNone("a"), ifNone("b")]);
    expect(strict.databases.home.batches()).toBe(3);
    expect((await transact(caller, listProjects())).results[0]).toHaveLength(1);
  });

  it.each(["40001", "40P01"])("is given up after five attempts that end with %s", async (code) => {
    const { connections, caller } = await acme(await freshDatabase());
    await expect(transact(caller, raise(code))).rejects.toMatchObject({ code });
    expect(connections.batches()).toBe(5);
  });
});

describe("a transaction that failed in any other way", () => {
  it("is not run again", async () => {
    const { connections, caller } = await acme(await freshDatabase());
    const codes = [
      "23505",
      "22012",
      "42501",
      "57014",
      "55P03",
      "53300",
      "08006",
      "XX000",
      "BH409",
      "BH500",
    ];
    for (const code of codes) {
      const before = connections.batches();
      await expect(transact(caller, raise(code))).rejects.toMatchObject({ code });
      expect([code, connections.batches() - before]).toEqual([code, 1]);
    }
  });

  it("is not run again when its connection was lost: it may have been committed", async () => {
    const { connections, caller } = await acme(await freshDatabase());
    const dying = transact(caller, anySql("select pg_terminate_backend(pg_backend_pid())"));
    await expect(dying).rejects.toMatchObject({ code: "57P01" });
    expect(connections.batches()).toBe(1);
  });
});

describe("a tenant that lives elsewhere", () => {
  it("is served from no other database by a caller that does not know its own, or was never paired with it", async () => {
    const [home, far] = [await freshDatabase(), await freshDatabase()];
    const ada = await home.newPerson();
    const { caller } = { caller: callerOf(home.as("api"), ada) };
    await home.sql("update auth.tenants set placement = 'far' where id = $1", [ada.tenantId]);
    await expect(transact(caller, listProjects())).rejects.toThrow('database "far"');
    const databases = { ...caller.databases, far: far.as("api") };
    // Known by name, but home shares no key with it: no request is routed there without an assertion.
    await expect(transact({ ...caller, databases }, listProjects())).rejects.toThrow(
      "was never paired with the home database",
    );
  });
});
