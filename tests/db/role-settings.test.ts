import { connect, type DatabaseEvent, transact } from "@bulkhead/db";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { anySql, callerOf, listProjects } from "../support/caller.ts";
import { freshDatabase, type Role } from "../support/database.ts";

/** A database, a person in it, and connections that report. */
async function reporting() {
  const database = await freshDatabase();
  const person = await database.newPerson();
  const events: DatabaseEvent[] = [];
  const connected = (role: Role = "api", max = 1) => {
    const connections = connect(
      { connectionString: database.url(role), max },
      undefined,
      undefined,
      (event) => events.push(event),
    );
    onTestFinished(() => connections.end());
    return connections;
  };
  const give = (setting: string) =>
    database.sql(`alter role bulkhead_api in database ${database.name} set ${setting}`);
  const given = () =>
    database.sql(
      "select unnest(setconfig) as setting from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase where d.datname = current_database()",
    );
  return { database, person, events, connected, give, given };
}

describe("what a role has set for itself", () => {
  it("is cleared by the next new connection, reported by name, and not what that connection has", async () => {
    const { person, events, connected, give, given } = await reporting();
    await give("work_mem = '64kB'");
    await give("jit = off");
    const { results } = await transact(
      callerOf(connected(), person),
      anySql("select current_setting('work_mem'), current_setting('jit')"),
    );
    expect(results[0]).toEqual([["4MB", "on"]]);
    expect(events).toEqual([{ name: "role settings cleared", settings: ["work_mem", "jit"] }]);
    expect(await given()).toEqual([]);
  });

  it("is not looked for when a connection is used again", async () => {
    const { person, events, connected, give } = await reporting();
    const caller = callerOf(connected(), person);
    await transact(caller, listProjects());
    await give("work_mem = '64kB'");
    await transact(caller, listProjects());
    expect(events).toEqual([]);
  });

  it("fails no request when many connections find it at once", async () => {
    const { person, events, connected, give, given } = await reporting();
    await give("work_mem = '64kB'");
    const processes = Array.from({ length: 20 }, () => callerOf(connected(), person));
    await Promise.all(processes.map((caller) => transact(caller, listProjects())));
    expect(events.length).toBeGreaterThan(0);
    expect(await given()).toEqual([]);
  });

  it("fails no request and holds none up while another transaction holds its row", async () => {
    const { database, person, connected, give, given } = await reporting();
    await give("work_mem = '64kB'");
    const holder = new Client({ connectionString: database.url("superuser") });
    onTestFinished(() => holder.end());
    await holder.connect();
    await holder.query("begin");
    await holder.query(`alter role bulkhead_api in database ${database.name} set jit = off`);
    const begunAt = performance.now();
    await transact(callerOf(connected(), person), listProjects());
    // Far from the 8 s that a lock is waited for otherwise.
    expect(performance.now() - begunAt).toBeLessThan(4_000);
    await holder.query("rollback");
    expect(await given()).toEqual([{ setting: "work_mem=64kB" }]);
  });

  it("stays when only a superuser may clear it, and is not reported", async () => {
    const { person, events, connected, give, given } = await reporting();
    await give("log_min_duration_statement = 5000");
    const { results } = await transact(callerOf(connected(), person), listProjects());
    expect(results).toEqual([[]]);
    expect(events).toEqual([]);
    expect(await given()).toHaveLength(1);
  });

  it("is another role's matter when it is another role's", async () => {
    const { events, connected, give, given } = await reporting();
    await give("work_mem = '64kB'");
    await connected("worker").run([{ text: "select 1" }]);
    expect(events).toEqual([]);
    expect(await given()).toHaveLength(1);
  });
});
