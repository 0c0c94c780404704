import { randomUUID } from "node:crypto";
import { enqueue, mutate, transact, withTransaction } from "@bulkhead/db";
import { describe, expect, it } from "vitest";
import { callerOf, createProject, listProjects } from "../support/caller.ts";
import { freshDatabase, sha256 } from "../support/database.ts";
import { proxyTo } from "../support/proxy.ts";
import { backendOf } from "../support/watched.ts";

/** One connection through a proxy that counts. It is open, and has prepared nothing of ours. */
async function counted() {
  const database = await freshDatabase();
  const proxy = await proxyTo(database);
  const api = database.as("api", { max: 1, port: proxy.port });
  const caller = callerOf(api, await database.newPerson());
  await backendOf(api);
  const countOf = async (work: () => Promise<unknown>) => {
    proxy.reset();
    await work();
    return { roundTrips: proxy.roundTrips(), syncs: proxy.syncs() };
  };
  return { database, caller, countOf };
}

const ONE = { roundTrips: 1, syncs: 1 };

describe("one network round trip", () => {
  it.each(["a cold connection", "a warm connection"])(
    "is all that an authenticated read takes on %s",
    async (state) => {
      const { caller, countOf } = await counted();
      const read = () => transact(caller, listProjects());
      if (state === "a warm connection") await read();
      expect(await countOf(read)).toEqual(ONE);
    },
  );

  it.each(["a cold connection", "a warm connection"])(
    "is all that a mutation with idempotency, audit and a job takes on %s",
    async (state) => {
      const { database, caller, countOf } = await counted();
      const create = () =>
        mutate(caller, {
          key: randomUUID(),
          hash: sha256("create"),
          change: createProject({ name: "roof" }),
          jobs: [enqueue(randomUUID(), "project.export", {}, null, null)],
        });
      if (state === "a warm connection") await create();
      const [before] = await database.sql("select count(*)::int as events from audit.events");
      expect(await countOf(create)).toEqual(ONE);
      const [after] = await database.sql("select count(*)::int as events from audit.events");
      // The project and its job.
      expect(Number(after?.events) - Number(before?.events)).toBe(2);
    },
  );

  it("is all that a replay takes", async () => {
    const { caller, countOf } = await counted();
    const create = () =>
      mutate(caller, { key: "k", hash: sha256("h"), change: createProject({ name: "roof" }) });
    await create();
    expect(await countOf(create)).toEqual(ONE);
  });

  it("for each statement is what a transaction of several takes: begin and commit travel along", async () => {
    const { caller, countOf } = await counted();
    const count = await countOf(() =>
      withTransaction(caller, async ({ run, last }) => {
        await run(listProjects());
        await last(listProjects());
      }),
    );
    expect(count).toEqual({ roundTrips: 2, syncs: 2 });
  });
});
