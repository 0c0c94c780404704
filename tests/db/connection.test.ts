import { setTimeout as sleep } from "node:timers/promises";
import { type BoundStatement, connect, mutate, transact, withTransaction } from "@bulkhead/db";
import { describe, expect, it, onTestFinished } from "vitest";
import { anySql, callerOf, createProject, listProjects } from "../support/caller.ts";
import { freshDatabase, sha256 } from "../support/database.ts";
import { redefine } from "../support/mutation.ts";
import { proxyTo } from "../support/proxy.ts";
import { backendOf } from "../support/watched.ts";

const DIRT = "set work_mem = '123MB'";

/** A pool of one connection, and a caller whose every request so has the same one. */
async function onOneConnection(
  port?: number,
  database?: Awaited<ReturnType<typeof freshDatabase>>,
) {
  const own = database ?? (await freshDatabase());
  const api = own.as("api", { max: 1, ...(port && { port }) });
  const caller = callerOf(api, await own.newPerson());
  /** Whether the connection survived, and that the next request finds nothing of the last one. */
  const afterwards = async (work: () => Promise<unknown>) => {
    const before = await backendOf(api);
    const [result] = await Promise.allSettled([work()]);
    const { results } = await transact(
      caller,
      anySql("select current_setting('work_mem'), app.actor()"),
      listProjects(),
    );
    expect(results[0]).toEqual([["4MB", expect.stringMatching(/^user:/)]]);
    return {
      failure: result.status === "rejected" ? result.reason : undefined,
      connection: (await backendOf(api)) === before ? "kept" : "destroyed",
      projects: results[1],
    };
  };
  return { database: own, api, caller, afterwards };
}

const insert = anySql("insert into app.projects (name) values ('half')");

describe("a connection", () => {
  it.each<[string, "kept" | "destroyed", object | undefined, string[]]>([
    ["a success", "kept", undefined, [DIRT]],
    ["a bad value", "kept", { code: "22012" }, [DIRT, "commit", "select 1 / 0"]],
    [
      "a broken constraint",
      "kept",
      { code: "23514" },
      ["insert into app.projects (name) values ('')"],
    ],
    ["a refusal of ours", "kept", { code: "BH404" }, ["select app.finish(200::smallint, null)"]],
    [
      "a deferred refusal",
      "destroyed",
      { code: "BH500" },
      ["select * from app.claim('k', sha256('h'))"],
    ],
    ["a missing right", "destroyed", { code: "42501" }, ["select * from auth.users"]],
    ["nonsense", "destroyed", { code: "42601" }, ["selec"]],
    [
      "a statement that takes too long",
      "destroyed",
      { code: "57014" },
      ["set local statement_timeout = 30", "select pg_sleep(5)"],
    ],
    [
      "a transaction that takes too long",
      "destroyed",
      { code: "25P04" },
      [
        "set local transaction_timeout = 0",
        "set local transaction_timeout = 30",
        "select pg_sleep(5)",
      ],
    ],
    [
      "the death of its backend",
      "destroyed",
      { code: "57P01" },
      ["select pg_terminate_backend(pg_backend_pid())", "select pg_sleep(1)"],
    ],
    [
      "a transaction left open",
      "destroyed",
      { message: expect.stringContaining("transaction of its own") },
      ["begin"],
    ],
    ["a failed transaction left open", "destroyed", { code: "22012" }, ["begin", "select 1 / 0"]],
    ["a COPY that wants data", "destroyed", { code: "0A000" }, ["copy app.projects from stdin"]],
  ])("is clean for the next one after %s, %s", async (_, connection, failure, statements) => {
    const { afterwards, caller } = await onOneConnection();
    const outcome = await afterwards(() =>
      transact(
        caller,
        ...([...statements.map((text) => anySql(text)), insert] as BoundStatement<unknown>[]),
      ),
    );
    if (failure) {
      expect(outcome.failure).toMatchObject(failure);
      expect(outcome.projects).toEqual([]);
    }
    expect(outcome.connection).toBe(connection);
  });

  it("is destroyed when a statement was prepared in SQL on it, and the next request has another one", async () => {
    const { api, caller } = await onOneConnection();
    const before = await backendOf(api);
    await transact(caller, anySql("prepare mine as select 1"));
    expect((await transact(caller, listProjects())).results).toEqual([[]]);
    expect(await backendOf(api)).not.toBe(before);
  });

  it("is replaced for a transaction of several round trips as well", async () => {
    const { api, caller } = await onOneConnection();
    const before = await backendOf(api);
    await transact(caller, anySql("prepare mine as select 1"));
    expect(await withTransaction(caller, ({ run }) => run(listProjects()))).toEqual([]);
    expect(await backendOf(api)).not.toBe(before);
  });

  it("is not looked for again and again when every one of them is tainted", async () => {
    const { database, caller } = await onOneConnection();
    for (const name of ["app.open_session", "app.refuse_tainted"]) {
      await redefine(database, name, (text) =>
        text.replace("select from pg_prepared_statements where from_sql", "select"),
      );
    }
    let tries = 0;
    const home = connect({ connectionString: database.url("api") }, undefined, () => {
      tries += 1;
    });
    onTestFinished(() => home.end());
    const refused = transact({ ...caller, databases: { home } }, listProjects());
    await expect(refused).rejects.toMatchObject({ code: "BH500", message: "connection.tainted" });
    expect(tries).toBe(5);
  });

  it("is not used by a request that was cancelled before it had one", async () => {
    const { api, caller, afterwards } = await onOneConnection();
    const signal = AbortSignal.abort(new Error("gone"));
    const outcome = await afterwards(() => transact({ ...caller, signal }, insert));
    expect(outcome).toMatchObject({
      failure: { message: "gone" },
      connection: "kept",
      projects: [],
    });

    const { giveBack } = await api.borrow();
    const late = new AbortController();
    const waiting = transact({ ...caller, signal: late.signal }, insert);
    late.abort(new Error("gone while it waited"));
    giveBack(true);
    await expect(waiting).rejects.toThrow("gone while it waited");
    expect((await transact(caller, listProjects())).results).toEqual([[]]);
  });

  it("is destroyed when its request is cancelled, and the server rolls the work back", async () => {
    const { database, caller, afterwards } = await onOneConnection();
    const controller = new AbortController();
    const outcome = await afterwards(async () => {
      const cancelled = mutate(
        { ...caller, signal: controller.signal },
        {
          key: "k",
          hash: sha256("h"),
          change: createProject({ name: "half" }),
          jobs: [anySql("select pg_sleep(1)") as never],
        },
      );
      await sleep(100);
      controller.abort();
      await cancelled;
    });
    expect(outcome).toMatchObject({
      failure: { message: "The request was cancelled." },
      connection: "destroyed",
    });
    await sleep(1200);
    expect(await database.sql("select * from app.projects")).toEqual([]);
    expect(await database.sql("select * from app.idempotency_keys")).toEqual([]);
  });

  it("that is cut in the middle of a request fails that request and nothing else", async () => {
    const database = await freshDatabase();
    const proxy = await proxyTo(database);
    const { afterwards, caller } = await onOneConnection(proxy.port, database);
    const outcome = await afterwards(async () => {
      const running = transact(caller, insert, anySql("select pg_sleep(1)"));
      setTimeout(() => proxy.cut(), 100);
      await running;
    });
    expect(outcome).toMatchObject({
      failure: { message: expect.stringContaining("terminated") },
      connection: "destroyed",
    });
  });

  it("that dies while it rests is replaced without anyone's request failing", async () => {
    const { database, afterwards } = await onOneConnection();
    const outcome = await afterwards(async () => {
      await database.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bulkhead_api' and datname = current_database()",
      );
      await sleep(50);
    });
    expect(outcome).toMatchObject({ failure: undefined, connection: "destroyed" });
  });
});
