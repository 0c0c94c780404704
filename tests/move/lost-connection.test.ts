import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { DatabaseDirectory } from "../../packages/operator/src/database/directory.ts";
import { inSnapshot, type Session } from "../../packages/operator/src/database/session.ts";
import type { Log } from "../../packages/operator/src/log.ts";
import { copyRound } from "../../packages/operator/src/move/copy.ts";
import { trySwitch } from "../../packages/operator/src/move/switch.ts";
import { archivePath, exportedTenant } from "./archives.ts";
import { operatorPair, rowsOf, seedTenant, tamper, withMove } from "./support.ts";

type Query = (text: string, values: unknown[] | undefined) => Promise<void>;

/** A session that calls `before` ahead of each query: what it throws is the query's failure. */
const intercept = (session: Session, before: Query): Session => ({
  ...session,
  async query(text, values) {
    await before(text, values);
    return session.query(text, values);
  },
});

const interceptAll = (directory: DatabaseDirectory, before: Query): DatabaseDirectory => ({
  ...directory,
  open: async (placement) => intercept(await directory.open(placement), before),
});

/** Fails each renewal of a pause. */
function losePauses(): Query {
  let pauses = 0;
  return async (text) => {
    if (text.includes("pause_writes") && pauses++ > 0) throw new Error("connection lost");
  };
}

it("a restore whose pause is not renewed logs it and changes nothing", async () => {
  const { home, tenant, bucket, file, directory, restore } = await exportedTenant();
  await tamper(home, "update app.projects set name = 'later' where tenant_id = $1", [tenant]);
  const before = await rowsOf(home, tenant);
  const events: string[] = [];
  const log: Log = (event) => void events.push(event);

  // Long enough for the pause to be lost, in the last step of the load: writing the objects.
  const slow = {
    ...bucket,
    async putStream(...args: Parameters<typeof bucket.putStream>) {
      await bucket.putStream(...args);
      await sleep(1_200);
    },
  };
  await expect(
    restore(file, slow, {
      into: tenant,
      replace: true,
      log,
      pauseTimes: { seconds: 1, renewMs: 200 },
      directory,
      home: (session) => intercept(session, losePauses()),
    }),
  ).rejects.toMatchObject({
    name: "OperatorError",
    message: expect.stringContaining("could not be renewed and was lost. Nothing was restored"),
  });
  expect(events).toEqual(expect.arrayContaining(["pause renewal failed", "pause lost"]));
  const after = await rowsOf(home, tenant);
  expect({ ...after, "audit.events": null }).toEqual({ ...before, "audit.events": null });
});

it("a pause that was lost and renewed again does not count, since the tenant may have written meanwhile", async () => {
  const { home, tenant, bucket, file, restore } = await exportedTenant();
  const renamed = "update app.projects set name = 'meanwhile' where tenant_id = $1";
  let pauses = 0;
  const hang: Query = async (text) => {
    if (text.includes("pause_writes") && pauses++ === 1) await sleep(1_200);
  };
  const slow = {
    ...bucket,
    async putStream(...args: Parameters<typeof bucket.putStream>) {
      await bucket.putStream(...args);
      await sleep(1_500);
    },
  };
  await tamper(home, renamed, [tenant]);
  await expect(
    restore(file, slow, {
      into: tenant,
      replace: true,
      pauseTimes: { seconds: 1, renewMs: 100 },
      home: (session) => intercept(session, hang),
    }),
  ).rejects.toThrow("was lost");
  const [row] = await home.sql("select distinct name from app.projects where tenant_id = $1", [
    tenant,
  ]);
  expect(row).toEqual({ name: "meanwhile" });
});

it("a restore leaves no pause behind, however slow its commit is", async () => {
  const pair = await operatorPair();
  const { tenantId } = await pair.home.newPerson();
  await seedTenant(pair.home, tenantId, 5);
  await pair.move(tenantId, "annex");
  await pair.finish(tenantId);
  const file = archivePath();
  await pair.export(tenantId, file);
  // A renewal that was sent in the meantime would wait for the commit, and pause the tenant after it.
  const directory = interceptAll(pair.directory, async (text) => {
    if (text === "commit") await sleep(300);
  });
  await pair.restore(file, undefined, {
    into: tenantId,
    replace: true,
    directory,
    pauseTimes: { seconds: 60, renewMs: 20 },
  });
  const paused = "select from auth.tenants where writes_paused_until is not null";
  expect([await pair.home.sql(paused), await pair.annex.sql(paused)]).toEqual([[], []]);
});

it("a mismatch in the pause is reported although the pause can't be lifted, which is logged", async () => {
  const { home, annex, directory } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 5);
  const events: unknown[] = [];
  await withMove(directory, tenant, "annex", async (session, move) => {
    const round = await copyRound(session, move);
    await tamper(annex, "update app.projects set name = 'other' where tenant_id = $1", [tenant]);
    const failing = intercept(session.home, async (text, values) => {
      if (text.includes("pause_writes") && values?.[1] === 0) throw new Error("connection lost");
    });
    await expect(
      trySwitch(
        { ...session, home: failing },
        move,
        round,
        { pauseMs: 9_000, keepSeconds: 1 },
        (event, fields) => events.push([event, fields]),
      ),
    ).rejects.toMatchObject({ name: "CopyMismatch" });
  });
  expect(events).toEqual([["pause not lifted", { tenant, error: "connection lost" }]]);
});

it("an error in a snapshot is reported although the connection is lost by then", async () => {
  const { home, directory } = await operatorPair();
  const session = await directory.open("home");
  const failed = inSnapshot(session, async () => {
    const [row] = await session.texts("select pg_backend_pid()");
    await home.sql("select pg_terminate_backend($1)", [row?.[0]]);
    await expect
      .poll(() =>
        session.query("select 1").then(
          () => "alive",
          () => "lost",
        ),
      )
      .toBe("lost");
    throw new Error("the first error");
  });
  await expect(failed).rejects.toThrow("the first error");
});
