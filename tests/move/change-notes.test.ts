import { randomUUID } from "node:crypto";
import { mutate } from "@bulkhead/db";
import { expect, it } from "vitest";
import { copyRound } from "../../packages/operator/src/move/copy.ts";
import { callerOf, createProject } from "../support/caller.ts";
import { sha256 } from "../support/database.ts";
import { operatorPair, rowsOf, withMove } from "./support.ts";

const notedIn = async ({ sql }: { sql(text: string): Promise<Record<string, unknown>[]> }) =>
  (await sql("select distinct relation from app.changes order by 1")).map(
    ({ relation }) => relation,
  );

it("a request's changes are noted while its tenant is being copied, and at no other time", async () => {
  const { home, directory, abort } = await operatorPair();
  const person = await home.newPerson();
  const create = () => {
    const key = randomUUID();
    const change = createProject({ name: key });
    return mutate(callerOf(home.as("api"), person), { key, hash: sha256(key), change, jobs: [] });
  };
  await create();
  expect(await notedIn(home)).toEqual([]);
  await withMove(directory, person.tenantId, "annex", async () => {
    await create();
    expect(await notedIn(home)).toEqual(["app.idempotency_keys", "app.projects", "audit.events"]);
  });
  await abort(person.tenantId);
  await create();
  expect(await notedIn(home)).toEqual([]);
});

it("a transaction that is open when a move begins is waited for, and what it wrote is in the copy", async () => {
  const { home, annex, directory } = await operatorPair();
  const person = await home.newPerson();
  const { proof } = person.credential as { proof: Buffer };
  const { client, giveBack } = await home.as("api").borrow();
  await client.query("begin");
  await client.query("select app.open_session($1, 'project:write', 'project.create', 'r')", [
    proof,
  ]);

  let copies = false;
  const moving = withMove(directory, person.tenantId, "annex", async (session, move) => {
    copies = true;
    await copyRound(session, move);
  });
  const marked = () => home.sql("select from auth.tenants where changes_noted");
  await expect.poll(marked).toHaveLength(1);
  await client.query("insert into app.projects (name) values ('late')");
  expect(copies).toBe(false);
  expect(await notedIn(home)).not.toContain("app.projects");
  await client.query("commit");
  giveBack(true);
  await moving;
  expect((await rowsOf(annex, person.tenantId))["app.projects"]).toHaveLength(1);
});

it("a change by a function whose context is another tenant's is noted", async () => {
  const { home, directory } = await operatorPair();
  const [other, moving] = [await home.newPerson(), await home.newPerson()];
  await home.sql("set session_replication_role = replica");
  // A token that was lost, and a job that waits although a slot is free.
  await home.sql(
    `insert into app.jobs (tenant_id, task, input, slot, epoch, sent_at, created_by)
     values ($1, 'project.export', '{}', 1, 1, now() - interval '1 hour', 'seed'), ($2, 'project.export', '{}', null, 0, null, 'seed')`,
    [other.tenantId, moving.tenantId],
  );
  await home.sql("set session_replication_role = origin");
  await withMove(directory, moving.tenantId, "annex", async () => {
    const { rows, failure } = await home
      .as("sweeper")
      .run([{ text: "select tenant from app.sweep('r', 500)" }]);
    expect(failure).toBeUndefined();
    expect(rows[0]).toEqual([[other.tenantId], [moving.tenantId]]);
    expect(await notedIn(home)).toContain("app.jobs");
  });
});
