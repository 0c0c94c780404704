import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { hole, lastValue, newSite, type Site } from "../../support/hole.ts";

/** Two rows of one's own, and in between the victim's: any number that jumped tells of them. */
async function countOthersRows({ mallory, victim, request }: Site) {
  const insert = "insert into app.projects (name) values ('x') returning to_json(projects)::text";
  const numbers = async () => {
    const row: Record<string, unknown> = JSON.parse(
      String(lastValue(await request(mallory, insert))),
    );
    return Object.values(row).filter((value) => typeof value === "number");
  };
  const before = await numbers();
  await request(victim, insert);
  const after = await numbers();
  return after.find((number, index) => number - (before[index] ?? 0) > 1);
}

hole("no row's number tells how many rows others have made", {
  attack: countOthersRows,
  broken: {
    "a table has an identity column": ({ database }) =>
      database.sql("alter table app.projects add number bigint generated always as identity"),
  },
});

describe("large objects", () => {
  it("are a store of the role's, in which nothing of any tenant lies", async () => {
    const { database, victim, mallory, request } = await newSite();
    await request(victim, "insert into app.projects (name) values ('another secret')");
    expect(await database.sql("select * from pg_largeobject_metadata")).toEqual([]);

    // What one request leaves there of its own, another can pick up: a way to talk, not to read.
    const id = lastValue(await request(mallory, "select lo_from_bytea(0, 'hello'::bytea)"));
    expect(id).toBeDefined();
    const read = await request(victim, `select convert_from(lo_get(${id}), 'UTF8')`);
    expect(lastValue(read)).toBe("hello");
  });

  it("can't be taken away by a master with Aurora's attributes", async () => {
    const { database } = await newSite();
    const master = new Client({ connectionString: database.url("master") });
    await master.connect();
    onTestFinished(() => master.end());
    await master
      .query("revoke execute on function pg_catalog.lo_from_bytea(oid, bytea) from public")
      .catch((refused) => expect(refused).toMatchObject({ code: "42501" }));
    const [still] = await database.sql(
      "select has_function_privilege('bulkhead_api', 'pg_catalog.lo_from_bytea(oid, bytea)', 'execute') as may",
    );
    expect(still).toEqual({ may: true });
  });
});
