import { setTimeout as sleep } from "node:timers/promises";
import { RolePool } from "@bulkhead/db";
import { expect, it, onTestFinished } from "vitest";
import { freshDatabase } from "../support/database.ts";

it("a lent connection has the identity of its borrower, also after a look at sessions has reset it", async () => {
  const { url, sql } = await freshDatabase();
  let identity = "user:ada|first";
  const pool = new RolePool(
    {
      connectionString: url("auth"),
      max: 1,
      sessionLimits: { transactionAge: 60_000, idleAge: 60_000, lookEvery: 0 },
    },
    { identity: () => identity },
  );
  onTestFinished(() => pool.end());
  const found = async () =>
    (await pool.query("select current_setting('app.identity', true) as identity")).rows[0].identity;

  expect(await found()).toBe("user:ada|first");
  for (let looks = 0; looks < 3; ) {
    await sleep(60);
    expect(await found()).toBe("user:ada|first");
    const latest = await sql(
      "select from pg_stat_activity where usename = 'bulkhead_auth' and datname = current_database() and query like '%pg_stat_get_activity%'",
    );
    looks += latest.length;
  }
  identity = "user:bob|second";
  expect(await found()).toBe("user:bob|second");
  identity = "";
  expect(await found()).toBe("");
});
