import { transact } from "@bulkhead/db";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { LEFT, PINNED, startupOptions } from "../../packages/db/src/settings.ts";
import { callerOf, listProjects } from "../support/caller.ts";
import { freshDatabase, type TestDatabase } from "../support/database.ts";

type Setting = {
  name: string;
  vartype: string;
  enumvals: string[] | null;
  min_val: string;
  boot_val: string | null;
  reset_val: string;
  source: string;
};

/** Every setting that an ordinary role may change for itself. plpgsql's are listed once it is loaded. */
async function changeable(sql: TestDatabase["sql"]): Promise<Setting[]> {
  await sql("do $$ begin end $$");
  return (await sql(
    "select * from pg_settings where context in ('user', 'backend') and name not like 'app.%'",
  )) as Setting[];
}

/** The product's own settings, as its functions read them. */
async function ownSettings(sql: TestDatabase["sql"]): Promise<string[]> {
  const rows = await sql(
    `select distinct (regexp_matches(body, 'current_setting\\(''(app\\.\\w+)''', 'g'))[1] as name from (
       select coalesce(p.prosrc, '') || coalesce(pg_get_function_sqlbody(p.oid), '') as body
         from pg_proc p where pronamespace in ('app'::regnamespace, 'audit'::regnamespace)
       union all select definition from pg_views where schemaname = 'app') bodies order by 1`,
  );
  return rows.map(({ name }) => String(name));
}
const asWritten = (value: unknown) => String(value).replaceAll(", ", ",");

describe("the settings that a connection begins with", () => {
  it("are sorted, each that a role may change for itself and no other", async () => {
    const { sql } = await freshDatabase();
    const names = (await changeable(sql)).map(({ name }) => name).sort();
    expect([...Object.keys(PINNED), ...Object.keys(LEFT)].sort()).toEqual(names);
    for (const reason of Object.values(LEFT)) expect(reason.length).toBeGreaterThan(20);
  });

  it("are PostgreSQL's defaults where they are not the driver's own", async () => {
    const { sql } = await freshDatabase();
    const differing = (await changeable(sql))
      .filter(({ name, boot_val }) => name in PINNED && String(PINNED[name]) !== (boot_val ?? ""))
      .map(({ name }) => name);
    expect(differing.sort()).toEqual(
      [
        "TimeZone",
        "client_connection_check_interval",
        "client_encoding",
        "idle_in_transaction_session_timeout",
        "idle_session_timeout",
        "lock_timeout",
        "search_path",
        "statement_timeout",
        "timezone_abbreviations",
        "transaction_timeout",
      ].sort(),
    );
  });

  it("fit into a start-up packet, with a name and a database of the longest kind", () => {
    const others = "user database client_encoding UTF8 application_name options".length + 3 * 63;
    expect(Buffer.byteLength(startupOptions()) + others + 20).toBeLessThan(10_000);
  });

  it("are written so that blanks and backslashes are part of a value", () => {
    expect(startupOptions({ a: "b c", d: "e\\f" })).toBe("-c a=b\\ c -c d=e\\\\f");
  });

  it("outrank everything that the role has set for itself, and are what it is reset to", async () => {
    const database = await freshDatabase();
    const person = await database.newPerson();
    const settings = await changeable(database.sql);
    const attacker = new Client({ connectionString: database.url("api") });
    onTestFinished(() => attacker.end());
    await attacker.connect();
    const refused: string[] = [];
    const set = async (name: string, value: string) => {
      const to = `alter role bulkhead_api in database ${database.name} set ${name} = '${value}'`;
      await attacker.query(to).catch(({ code }) => refused.push(`${name} ${code}`));
    };
    await attacker.query("do $$ begin end $$");
    for (const setting of settings) await set(setting.name, anotherThan(setting));
    const own = await ownSettings(database.sql);
    expect(own).toContain("app.replayed");
    for (const name of own) await set(name, "yes");
    expect(refused).toEqual([
      // Only at the start of a connection, by the client.
      "ignore_system_indexes 55P02",
      "post_auth_delay 55P02",
      // Only before a transaction's first query.
      "transaction_deferrable 25001",
      // Only for roles with a right to the parameter, which none is granted.
      ...own.map((name) => `${name} 42501`),
    ]);

    const client = new Client({
      connectionString: database.url("api"),
      options: startupOptions(),
    });
    await client.connect();
    await client.query("do $$ begin end $$");
    await client.query("reset all");
    const { rows } = await client.query(
      "select name, reset_val, source from pg_settings where name = any ($1)",
      [Object.keys(PINNED)],
    );
    await client.end();
    const found = Object.fromEntries(
      rows.map(({ name, reset_val, source }) => [name, `${asWritten(reset_val)} by ${source}`]),
    );
    const wanted = Object.entries(PINNED).map(([name, value]) => [
      name,
      `${asWritten(value)} by client`,
    ]);
    expect(found).toEqual(Object.fromEntries(wanted));
    const { results } = await transact(callerOf(database.as("api"), person), listProjects());
    expect(results).toEqual([[]]);
  });
});

const OTHERS: Record<string, string> = {
  DateStyle: "German",
  TimeZone: "Asia/Tokyo",
  client_encoding: "LATIN1",
  createrole_self_grant: "set",
  default_table_access_method: "heap",
  default_tablespace: "pg_default",
  // The other one is not in every build.
  default_toast_compression: "pglz",
  default_text_search_config: "pg_catalog.german",
  lc_monetary: "POSIX",
  lc_numeric: "POSIX",
  lc_time: "POSIX",
  local_preload_libraries: "nowhere",
  "plpgsql.extra_errors": "all",
  "plpgsql.extra_warnings": "all",
  restrict_nonsystem_relation_kind: "view",
  search_path: "public",
  temp_tablespaces: "pg_default",
  timezone_abbreviations: "India",
  transaction_isolation: "read committed",
  transaction_read_only: "on",
};

/** Another value than the default, and the worst where there is one. */
function anotherThan({ name, vartype, enumvals, min_val, boot_val }: Setting): string {
  const other = OTHERS[name];
  if (other) return other;
  if (vartype === "bool") return boot_val === "on" ? "off" : "on";
  if (vartype === "enum") return enumvals?.find((value) => value !== boot_val) ?? "";
  if (vartype === "string") return "other";
  return boot_val === min_val ? String(Number(min_val) + 1) : min_val;
}
