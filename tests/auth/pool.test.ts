import { openPool } from "@bulkhead/auth";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { freshAuth, PASSWORD } from "./support.ts";

describe("a connection", () => {
  it("that the server ended while the process was frozen is not lent again", async () => {
    const { url } = await freshDatabase();
    const pool = openPool({ connectionString: url("auth"), idleSessionTimeout: 500 });
    onTestFinished(() => pool.end());
    await pool.query("select 1");

    freeze(1_500);

    expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    freeze(1_500);
    const client = await pool.connect();
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    client.release();
  });

  it("is used again and again while it is fresh", async () => {
    const { url } = await freshDatabase();
    const pool = openPool({ connectionString: url("auth") });
    onTestFinished(() => pool.end());
    const backend = async () => (await pool.query("select pg_backend_pid() as pid")).rows[0]?.pid;

    expect(await backend()).toBe(await backend());
  });

  it("begins with the pinned settings, whatever the role has set for itself", async () => {
    const { name, url, sql } = await freshDatabase();
    for (const setting of ["lock_timeout = 1", "work_mem = '64kB'"]) {
      await sql(`alter role bulkhead_auth in database ${name} set ${setting}`);
    }
    const pool = openPool({ connectionString: url("auth") });
    onTestFinished(() => pool.end());

    const { rows } = await pool.query(
      "select current_setting('lock_timeout') as lock_timeout, current_setting('work_mem') as work_mem",
    );
    expect(rows).toEqual([{ lock_timeout: "8s", work_mem: "4MB" }]);
    expect(
      await sql(
        "select from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where d.datname = current_database()",
      ),
    ).toEqual([]);
  });

  it("terminates a session of its role that has outlived every timeout", async () => {
    const { url, sql } = await freshDatabase();
    const holder = new Client({ connectionString: url("auth") });
    holder.on("error", () => {});
    onTestFinished(() => holder.end());
    await holder.connect();
    await holder.query("begin; lock table auth.users in access exclusive mode");
    const pool = openPool({
      connectionString: url("auth"),
      sessionLimits: { transactionAge: 200, idleAge: 60_000, lookEvery: 20 },
    });
    onTestFinished(() => pool.end());

    const locks = async () => {
      await pool.query("select 1");
      return sql(
        "select from pg_locks where relation = 'auth.users'::regclass and mode = 'AccessExclusiveLock'",
      );
    };
    await expect.poll(locks, { timeout: 5_000 }).toEqual([]);
  });

  it("that is killed in the middle of a sign-up takes neither the process nor half a user with it", async () => {
    const { browser, sql } = await freshAuth();
    await sql(
      "create function auth.dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(5); return new; end $$",
    );
    await sql(
      "create trigger dawdle before insert on auth.accounts for each row execute function auth.dawdle()",
    );
    const signUp = browser().post("/sign-up/email", {
      name: "Ada",
      email: "ada@example.test",
      password: PASSWORD,
    });
    const sleeping =
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bulkhead_auth' and datname = current_database() and wait_event = 'PgSleep'";
    await expect.poll(() => sql(sleeping), { timeout: 5_000 }).toHaveLength(1);

    const response = await signUp;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "service.unavailable" });
    expect(await sql("select id from auth.users")).toEqual([]);
  });

  it("need not be there for each of eight sign-ups at once", async () => {
    const { browser, sql } = await freshAuth();
    const signUps = Array.from({ length: 8 }, (_, i) =>
      browser().post("/sign-up/email", {
        name: "x",
        email: `${i}@example.test`,
        password: PASSWORD,
      }),
    );
    const statuses = (await Promise.all(signUps)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await sql("select id from auth.users")).toHaveLength(8);
  });
});

/** Stops the process's own clock and ears, as Lambda does between two requests. */
function freeze(milliseconds: number) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
