import { randomUUID } from "node:crypto";
import { enqueue, mutate, rawStatement, statement, transact } from "@bulkhead/db";
import { projects } from "@bulkhead/db/tables";
import { describe, expect, it } from "vitest";
import { anySql, callerOf, createProject, listProjects } from "../support/caller.ts";
import { freshDatabase, sha256 } from "../support/database.ts";
import { backendOf } from "../support/watched.ts";

const number = rawStatement("select $1::int, $2::timestamptz, null::text", (row) => row);
const other = rawStatement("select $1::int + 1, true", (row) => row);

async function onOneConnection() {
  const database = await freshDatabase();
  const api = database.as("api", { max: 1 });
  const caller = callerOf(api, await database.newPerson());
  const preparedNames = async () => {
    const { rows } = await api.run([
      { text: "select name from pg_prepared_statements where not from_sql order by name" },
    ]);
    return (rows[0] ?? []).map(([name]) => name);
  };
  return { database, api, caller, preparedNames };
}

describe("a prepared statement", () => {
  it("has one name for one text, wherever it was written", () => {
    const again = statement((db) => db.select({ id: projects.id }).from(projects).prepare("x"));
    const same = statement((db) => db.select({ id: projects.id }).from(projects).prepare("y"));
    expect(again().name).toBe(same().name);
    expect(again().name).not.toBe(listProjects().name);
    expect(String(again().name).length).toBeLessThan(64);
  });

  it("may stand in one batch twice, also when the batch is the first to use it", async () => {
    const { caller } = await onOneConnection();
    const jobs = [randomUUID(), randomUUID(), randomUUID()];
    const { tokens } = await mutate(caller, {
      key: "k",
      hash: sha256("h"),
      change: createProject({ name: "roof" }),
      jobs: jobs.map((job) => enqueue(job, "project.export", {}, null, null)),
    });
    expect(tokens.map(({ job }) => job)).toEqual(jobs);
  });

  it("is prepared once a connection, and decoded alike from then on", async () => {
    const { caller, preparedNames } = await onOneConnection();
    const ask = () => transact(caller, number(1, "2026-01-01"), other(1), number(2, "2026-01-02"));
    const first = await ask();
    expect(first.results).toEqual([
      [[1, "2026-01-01 00:00:00+00", null]],
      [[2, true]],
      [[2, "2026-01-02 00:00:00+00", null]],
    ]);
    expect((await ask()).results).toEqual(first.results);
    expect(await preparedNames()).toEqual([number().name, other().name].sort());
  });

  it("may be one that returns nothing", async () => {
    const { caller } = await onOneConnection();
    const silent = anySql("set local work_mem = '5MB'");
    for (let time = 0; time < 2; time++) {
      expect((await transact(caller, silent, number(time, null))).results).toEqual([
        [],
        [[time, null, null]],
      ]);
    }
  });

  it("survives the failure of a statement behind it", async () => {
    const { api, caller, preparedNames } = await onOneConnection();
    const backend = await backendOf(api);
    const failing = transact(caller, number(1, null), anySql("select 1 / 0"), other(1));
    await expect(failing).rejects.toMatchObject({ code: "22012" });
    expect(await preparedNames()).toContain(number().name);
    expect(await preparedNames()).not.toContain(other().name);

    const { results } = await transact(caller, other(1), number(3, null));
    expect(results).toEqual([[[2, true]], [[3, null, null]]]);
    expect(await backendOf(api)).toBe(backend);
  });

  it("survives values that it does not take", async () => {
    const { api, caller } = await onOneConnection();
    const backend = await backendOf(api);
    await expect(transact(caller, number("no number", null))).rejects.toMatchObject({
      code: "22P02",
    });
    expect((await transact(caller, number(4, null))).results).toEqual([[[4, null, null]]]);
    expect(await backendOf(api)).toBe(backend);
  });

  it("that can't be parsed leaves nothing behind that the next batch trips over", async () => {
    const { api, caller } = await onOneConnection();
    // An SQLSTATE that keeps the connection, raised by Parse itself: a constant that is no number.
    const unparsable = anySql("select 'x'::int, $1::int", 1);
    const backend = await backendOf(api);
    for (let time = 0; time < 2; time++) {
      await expect(transact(caller, number(1, null), unparsable, other(1))).rejects.toMatchObject({
        code: "22P02",
      });
      expect((await transact(caller, other(time), number(time, null))).results).toEqual([
        [[time + 1, true]],
        [[time, null, null]],
      ]);
    }
    expect(await backendOf(api)).toBe(backend);
  });

  it("that SQL has deallocated fails one request, not more", async () => {
    const { api, caller } = await onOneConnection();
    await transact(caller, number(1, null));
    const backend = await backendOf(api);
    await transact(caller, anySql("deallocate all"));
    await expect(transact(caller, number(1, null))).rejects.toMatchObject({ code: "26000" });
    expect((await transact(caller, number(1, null))).results).toEqual([[[1, null, null]]]);
    expect(await backendOf(api)).not.toBe(backend);
  });
});
