import { randomUUID } from "node:crypto";
import { enqueue, mutate, transact, transactInBoth, withTransaction } from "@bulkhead/db";
import { expect, it } from "vitest";
import { callerOf, createProject, listProjects } from "../support/caller.ts";
import { type Person, sha256 } from "../support/database.ts";
import { DEDICATED, freshPair } from "../support/dedicated.ts";
import { proxyTo } from "../support/proxy.ts";
import { backendOf } from "../support/watched.ts";

/** One open connection to each database, through proxies that count. */
async function counted() {
  const pair = await freshPair();
  const proxies = { home: await proxyTo(pair.home), dedicated: await proxyTo(pair.dedicated) };
  const databases = {
    home: pair.home.as("api", { max: 1, port: proxies.home.port }),
    [DEDICATED]: pair.dedicated.as("api", { max: 1, port: proxies.dedicated.port }),
  };
  for (const each of Object.values(databases)) await backendOf(each);
  return {
    pair,
    callerOf: (person: Person) => ({ ...callerOf(databases.home, person), databases }),
    countOf: async (work: () => Promise<unknown>) => {
      for (const proxy of Object.values(proxies)) proxy.reset();
      await work();
      return [proxies.home.roundTrips(), proxies.dedicated.roundTrips()];
    },
  };
}

it("one at home and one in its own database is what a tenant's request takes, and home's take one", async () => {
  const { pair, callerOf, countOf } = await counted();
  const [resident, neighbour] = [
    callerOf(await pair.newResident()),
    callerOf(await pair.newPerson()),
  ];
  const create = (caller: typeof resident) =>
    mutate(caller, {
      key: randomUUID(),
      hash: sha256("create"),
      change: createProject({ name: "roof" }),
      jobs: [enqueue(randomUUID(), "project.export", {}, null, null)],
    });
  expect(await countOf(() => transact(resident, listProjects()))).toEqual([1, 1]);
  expect(await countOf(() => create(resident))).toEqual([1, 1]);
  expect(await countOf(() => transact(neighbour, listProjects()))).toEqual([1, 0]);
  expect(await countOf(() => create(neighbour))).toEqual([1, 0]);
  const list = (caller: typeof resident) =>
    transactInBoth(caller, listProjects(), () => listProjects());
  expect(await countOf(() => list(resident))).toEqual([1, 1]);
  expect(await countOf(() => list(neighbour))).toEqual([1, 0]);
});

it("a conversation begins at home, is held where the tenant lives, and leaves no connection behind", async () => {
  const { pair, callerOf, countOf } = await counted();
  const resident = callerOf(await pair.newResident());
  await mutate(resident, {
    key: "k",
    hash: sha256("h"),
    change: createProject({ name: "roof" }),
  });
  const backend = await backendOf(resident.databases.home);
  const talk = () =>
    withTransaction(resident, async ({ run, last }) => {
      expect(await run(listProjects())).toHaveLength(1);
      await last(listProjects());
    });
  // Home's first statement, and the rollback of the transaction that it began.
  expect(await countOf(talk)).toEqual([2, 2]);
  expect(await backendOf(resident.databases.home)).toBe(backend);
  await talk();
});
