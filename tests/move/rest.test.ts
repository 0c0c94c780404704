import { forgetExpired } from "@bulkhead/core/job";
import { expect, it } from "vitest";
import { copyRound } from "../../packages/operator/src/move/copy.ts";
import type { TestDatabase } from "../support/database.ts";
import { redefine } from "../support/mutation.ts";
import { operatorPair, rowsOf, seedTenant, tamper, withMove } from "./support.ts";

/** A tenant with an expired answer and job, and the sweeper of both databases. */
async function setUp() {
  const it = await operatorPair();
  const tenant = (await it.home.newPerson()).tenantId;
  await seedTenant(it.home, tenant, 20);
  await tamper(it.home, "update app.idempotency_keys set expires_at = now() - interval '1 hour'");
  await tamper(
    it.home,
    "update app.jobs set finished_at = now() - interval '40 days' where state = 'succeeded'",
  );
  const forget = async (database: TestDatabase) => {
    const before = await rowsOf(database, tenant);
    await forgetExpired({ home: database.as("sweeper") }, "s", 500);
    return { before, after: await rowsOf(database, tenant) };
  };
  return { ...it, tenant, forget };
}

it("expired rows are not swept in a pause, nor where the tenant does not live while its move is open", async () => {
  const { home, annex, directory, tenant, forget, move, finish } = await setUp();
  const pause = (until: string) =>
    home.sql(`update auth.tenants set writes_paused_until = ${until} where id = $1`, [tenant]);
  await pause("now() + interval '9 seconds'");
  const paused = await forget(home);
  expect(paused.after).toEqual(paused.before);
  await pause("null");

  await withMove(directory, tenant, "annex", copyRound);
  const copy = await forget(annex);
  expect(copy.before["app.jobs"]).toHaveLength(2);
  expect(copy.after).toEqual(copy.before);

  await move(tenant, "annex");
  const left = await forget(home);
  expect(left.before["app.idempotency_keys"]).toHaveLength(1);
  expect(left.after).toEqual(left.before);
  await finish(tenant);
  expect((await forget(annex)).after).toMatchObject({ "app.idempotency_keys": [] });

  // Home's rows of a tenant that lives elsewhere expire like all others once the move has ended.
  await tamper(
    home,
    `insert into app.idempotency_keys (tenant_id, actor, key, request_hash, status, answer, expires_at)
     values ($1, 'user:ada', 'of home', sha256('1'), 201, '{}', now() - interval '1 hour')`,
    [tenant],
  );
  expect((await forget(home)).after).toMatchObject({ "app.idempotency_keys": [] });
});

it("without the check for an open move, old rows and their copy would be swept", async () => {
  const { home, annex, directory, tenant, forget, move } = await setUp();
  for (const database of [home, annex]) {
    await redefine(database, "app.sweep_expired", (it) =>
      it.replace("m.finished_at is null and", "false and"),
    );
  }
  await withMove(directory, tenant, "annex", copyRound);
  const copy = await forget(annex);
  expect(copy.after).not.toEqual(copy.before);
  await move(tenant, "annex");
  const left = await forget(home);
  expect(left.after).not.toEqual(left.before);
});
