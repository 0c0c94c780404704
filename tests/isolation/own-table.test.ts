import { expect, it } from "vitest";
import { proveIsolation } from "../prove/isolation/prove.ts";
import { brokenOf } from "../prove/report.ts";
import { freshDatabase } from "../support/database.ts";

const NOTES = `
  set role bulkhead_owner;
  create table app.notes (tenant_id uuid not null, id uuid not null, body text, primary key (tenant_id, id))`;

const grantsIn = async ({ sql }: Awaited<ReturnType<typeof freshDatabase>>) =>
  (
    await sql(
      `select r.rolname || ' ' || p.privilege as held
         from pg_roles r, unnest(array['select', 'insert', 'update', 'delete']) as p (privilege)
        where r.rolname like 'bulkhead\\_%' and r.rolname <> 'bulkhead_owner' and r.rolname <> 'bulkhead_master'
          and (has_table_privilege(r.oid, 'app.notes', p.privilege)
            or p.privilege = 'update' and has_column_privilege(r.oid, 'app.notes', 'body', 'update'))
        order by 1`,
    )
  ).map(({ held }) => held);

it("a table that was given to its tenants holds every discipline, and is as the last call says", async () => {
  const database = await freshDatabase();
  const { sql } = database;
  await sql(NOTES);
  await sql(`select app.own_table('app.notes', read_by => '{note:read,note:write}', written_by => '{note:write}',
    updates => '{body}', secret => '{body}', in_jobs => '{select,insert,update,delete}')`);
  await sql("begin");
  expect(brokenOf(await proveIsolation(sql)).map(({ fault }) => fault)).toEqual([
    "bulkhead_api may change body of app.notes, which is not named for it",
    "bulkhead_worker may change body of app.notes, which is not named for it",
  ]);
  await sql("commit");
  const operator = ["delete", "insert", "select"].map((right) => `bulkhead_operator ${right}`);
  expect(await grantsIn(database)).toEqual([
    ...["delete", "insert", "select", "update"].map((right) => `bulkhead_api ${right}`),
    ...operator,
    ...["delete", "insert", "select", "update"].map((right) => `bulkhead_worker ${right}`),
  ]);

  await sql("select app.own_table('app.notes', read_by => '{note:read}')");
  await sql("begin");
  expect(brokenOf(await proveIsolation(sql))).toEqual([]);
  await sql("commit");
  expect(await grantsIn(database)).toEqual(["bulkhead_api select", ...operator]);
});

it("a table that can't be given to its tenants is refused by name, with the reason", async () => {
  const { sql } = await freshDatabase();
  const refused = (call: string) => expect(sql(`select app.own_table(${call})`), call).rejects;
  await sql(NOTES);
  await refused("'app.notes', updates => '{text}'").toThrow("app.notes has no column text.");
  await refused("'app.notes', updates => '{body}', bookkeeping => '{body}'").toThrow(
    "body of app.notes can be updated, and so must be recorded.",
  );
  await refused("'app.notes', in_jobs => '{select,trigger}'").toThrow("in_jobs of app.notes is");
  await sql("alter table app.notes drop constraint notes_pkey, add primary key (id)");
  await refused("'app.notes'").toThrow("app.notes needs a primary key that begins with tenant_id");
});
