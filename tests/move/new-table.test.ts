import { expect, it } from "vitest";
import { catchUpRound, copyRound } from "../../packages/operator/src/move/copy.ts";
import type { TestDatabase } from "../support/database.ts";
import { archivePath } from "./archives.ts";
import { operatorPair, tamper, withMove } from "./support.ts";

/** As a migration would make them: notes that are deleted with their folder. */
const NOTES = `
  set role bulkhead_owner;
  create table app.folders (tenant_id uuid not null, id uuid not null default app.new_id(), name text not null,
    primary key (tenant_id, id), unique (tenant_id, name));
  create table app.notes (tenant_id uuid not null, id uuid not null default app.new_id(), folder_id uuid not null,
    words text not null, length integer generated always as (length(words)) stored, rating numeric, tags text[],
    primary key (tenant_id, id),
    foreign key (tenant_id, folder_id) references app.folders on delete cascade);
  select app.own_table('app.folders');
  select app.own_table('app.notes');
  reset role`;

const both = async (databases: TestDatabase[], sql: string) => {
  for (const database of databases) await database.sql(sql);
};

it("a new table moves with its tenant, after the table that it refers to", async () => {
  const { home, annex, directory, move, finish } = await operatorPair();
  await both([home, annex], NOTES);
  const tenant = (await home.newPerson()).tenantId;
  await tamper(
    home,
    `with folder as (insert into app.folders (tenant_id, name) select $1, 'f' || i from generate_series(1, 5) i returning id)
     insert into app.notes (tenant_id, folder_id, words, rating, tags)
     select $1, id, 'a "word", \\ and {more}', 'NaN', array['a,b', null, ''] from folder`,
    [tenant],
  );
  const before = await home.sql("select * from app.notes order by id");

  await withMove(directory, tenant, "annex", async (session, begun) => {
    const { marks } = await copyRound(session, begun);
    // Replacing the folder deletes its notes by cascade: they are copied again.
    await tamper(home, "update app.folders set name = 'first' where name = 'f1'");
    await catchUpRound(session, begun, marks);
    expect(await annex.sql("select * from app.notes order by id")).toEqual(before);
  });
  await move(tenant, "annex");
  expect(await annex.sql("select * from app.notes order by id")).toEqual(before);
  await finish(tenant);
  expect(await home.sql("select from app.folders")).toEqual([]);
});

const UNMOVABLE: Record<string, [string, string]> = {
  "no key that begins with the tenant": [
    "create table app.odd (tenant_id uuid not null, id uuid primary key)",
    "app.odd has no primary key that begins with tenant_id",
  ],
  "a column that counts by itself": [
    "create table app.odd (tenant_id uuid not null, id bigint generated always as identity, primary key (tenant_id, id))",
    "app.odd counts id by itself",
  ],
  "a reference to a table that stays": [
    "create table app.odd (tenant_id uuid not null, id uuid not null, person uuid references auth.users, primary key (tenant_id, id))",
    "app.odd refers to auth.users by odd_person_fkey",
  ],
  "no call of app.own_table": [
    "create table app.odd (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id))",
    "app.odd was not given to its tenants by app.own_table",
  ],
  "another primary key since that call": [
    `create table app.odd (tenant_id uuid not null, id uuid not null, day date not null, primary key (tenant_id, id));
     select app.own_table('app.odd');
     alter table app.odd drop constraint odd_pkey, add primary key (tenant_id, id, day)`,
    "app.odd was not given to its tenants by app.own_table, or its primary key has changed since",
  ],
  "a trigger that would run again": [
    `create table app.odd (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id));
     create trigger echo after insert on app.odd for each row execute function app.refuse_unanswered_claim()`,
    "app.odd has the trigger echo",
  ],
};

it("a table that can't be moved is refused by name before the move begins", async () => {
  const { home, annex, move } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  for (const [what, [sql, reason]] of Object.entries(UNMOVABLE)) {
    await both([home, annex], sql);
    await expect(move(tenant, "annex"), what).rejects.toThrow(reason);
    await both([home, annex], "drop table app.odd");
  }
  expect(await home.sql("select from app.moves")).toEqual([]);
});

it("a column that refers to the tenant by a foreign key is rewritten for a new tenant, and no other", async () => {
  const { home, export: exportTenant, restore } = await operatorPair();
  await home.sql(`
    set role bulkhead_owner;
    create table app.parts (tenant_id uuid not null, id uuid not null default gen_random_uuid(),
      parent uuid not null references auth.tenants, quoted uuid not null, primary key (tenant_id, id));
    select app.own_table('app.parts');
    reset role`);
  const { tenantId, userId } = await home.newPerson();
  await tamper(home, "insert into app.parts (tenant_id, parent, quoted) values ($1, $1, $1)", [
    tenantId,
  ]);
  const [user] = await home.sql("select email from auth.users where id = $1", [userId]);
  const file = archivePath();
  await exportTenant(tenantId, file);

  const created = await restore(file, undefined, { as: "copy", owner: String(user?.email) });
  expect(await home.sql("select * from app.parts where tenant_id = $1", [created])).toMatchObject([
    { parent: created, quoted: tenantId },
  ]);
});
