import type { Connections } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { runTransaction as send } from "../../../packages/db/src/tenant/transact.ts";
import { anySql, callerOf, listProjects } from "../../support/caller.ts";
import { freshDatabase, type Person, type TestDatabase } from "../../support/database.ts";
import { forge, PATIENCE_MS, RUNS } from "./forge.ts";
import { findPooler, type Pooler, poolTo, withDeadline, withoutNames } from "./pooler.ts";

const found = findPooler();
if (!found) {
  console.warn(
    "SKIPPED: nothing is proven of a transaction pooler, because PgBouncer is not installed (apt-get install pgbouncer).",
  );
}
const pooler = found as Pooler;
const asCarried = (connections: Connections) =>
  withDeadline(pooler.carriesNames ? connections : withoutNames(connections));

describe.skipIf(!found)("behind a transaction pooler", { timeout: PATIENCE_MS }, () => {
  it.each(["api", "worker"] as const)(
    "nothing that the %s's role says reads, writes or misleads another tenant",
    async (role) => {
      let behind: TestDatabase | undefined;
      const runs = Math.ceil(RUNS / 2);
      const wrong = await forge({
        role,
        runs,
        port: (database) => {
          behind = database;
          return poolTo(pooler, database);
        },
        over: asCarried,
        shrink: false,
      });
      // Now and then PgBouncer 1.18 never gives its one connection to the server out again, or crashes. Then no request
      // is answered any longer, which is no isolation that failed, and the scripts after that one are not played.
      if (wrong && /locked out|ECONNREFUSED|ECONNRESET/.test(wrong)) {
        expect(await behind?.sql("select 1 as up")).toEqual([{ up: 1 }]);
        console.warn(`PgBouncer answers no longer: ${wrong}`);
      } else expect(wrong).toBeUndefined();
    },
  );

  it("a request is still one that is let in by the database, and sees its own tenant", async () => {
    const { ask, ada } = await behindPooler();
    expect(await ask(ada, "select count(*) from app.projects")).toEqual([["0"]]);
  });

  it("SQL prepared in SQL refuses every later request, and lets none in, unless each transaction is forgotten", async () => {
    for (const resets of [false, true]) {
      const { request, ask, ada, mallory } = await behindPooler({ resets });
      await request(mallory, "prepare a as select name from app.projects");
      const next = ask(ada, "select count(*) from app.projects");
      if (resets) expect(await next).toEqual([["0"]]);
      else
        await expect(next).rejects.toMatchObject({ code: "BH500", message: "connection.tainted" });
    }
  });

  it("startup options are dropped: what they set is to be set on the database, where RESET ALL finds it", async () => {
    const { database, ask, ada } = await behindPooler();
    const timeout = "select current_setting('statement_timeout'), current_setting('search_path')";
    expect(await ask(ada, timeout)).toEqual([["0", '"$user", public']]);

    await database.sql(`alter database ${database.name} set statement_timeout = '10s'`);
    await database.sql(`alter database ${database.name} set search_path = pg_catalog, pg_temp`);
    await database.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bulkhead_api' and datname = current_database()",
    );
    await ask(ada, timeout).catch(() => {});
    expect(await ask(ada, timeout)).toEqual([["10s", "pg_catalog, pg_temp"]]);
  });

  it.skipIf(pooler?.carriesNames).each([
    ["at their second use, where each transaction is forgotten", true, "26000"],
    ["for the second connection, where none is", false, "42P05"],
  ])(
    "before PgBouncer 1.21 the driver's named statements fail %s, and give nothing away",
    async (_, resets, code) => {
      const { connections, ada, mallory } = await behindPooler({ resets });
      const [one, another] = [connections(), connections()];
      const list = (person: Person, home: Connections) =>
        send(callerOf(home, person), [listProjects()]);
      expect((await list(mallory, one)).failure).toBeUndefined();
      const next = await list(ada, resets ? one : another);
      expect(next.failure).toMatchObject({ code });
      expect(next.rows.slice(2)).toEqual([]);
    },
  );
});

/** Two people at one connection of the pooler's. */
async function behindPooler(options = {}) {
  const database = await freshDatabase();
  const port = await poolTo(pooler, database, options);
  const [ada, mallory] = [await database.newPerson("ada"), await database.newPerson("mallory")];
  const connections = () => database.as("api", { max: 1, port });
  const shared = asCarried(connections());
  const request = (person: Person, ...statements: string[]) =>
    send(
      callerOf(shared, person),
      statements.map((sql) => anySql(sql)),
    );
  return {
    database,
    connections,
    ada,
    mallory,
    request,
    async ask(person: Person, sql: string) {
      const { rows, failure } = await request(person, sql);
      if (failure) throw failure;
      return rows.at(-1);
    },
  };
}
