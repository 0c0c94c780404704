import { Client } from "pg";
import { expect, it } from "vitest";
import { databaseDirectory } from "../../packages/operator/src/database/directory.ts";
import { copyRound } from "../../packages/operator/src/move/copy.ts";
import { trySwitch } from "../../packages/operator/src/move/switch.ts";
import { databasesAt, tenantCommand } from "./command.ts";
import { operatorPair, rowsOf, seedTenant, withMove } from "./support.ts";

const NO_LOG = () => {};

it("an impossible command is refused with what to do, and begins nothing", async () => {
  const { home, annex, move, finish, abort } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;

  await expect(move("acme", "dedicated")).rejects.toThrow("There is no tenant acme.");
  await expect(move(tenant, "pooled")).rejects.toThrow("lives in home already");
  await expect(move(tenant, "cellar")).rejects.toThrow(
    "Invalid --to cellar: expected pooled, annex.",
  );
  await expect(finish(tenant)).rejects.toThrow("has no move to finish");
  await expect(abort(tenant)).rejects.toThrow("has no move to abort");
  await annex.sql("update public.schema_migrations set checksum = 'other' where name like '0010%'");
  await expect(move(tenant, "dedicated")).rejects.toThrow(
    "home and annex have different schemas: 0010_projects.sql is not the same in both.",
  );
  expect(await home.sql("select from app.moves")).toEqual([]);
});

it("no tenant moves to a database with another name, or that shares no key with home", async () => {
  const { home, annex, move } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  const crossed = databaseDirectory({
    home: { connectionString: home.url("operator") },
    annex: { connectionString: home.url("operator") },
  });
  await expect(crossed.open("annex")).rejects.toThrow("leads to the database home");
  await annex.sql("update app.assertion_keys set key = sha256('another')");
  await expect(move(tenant, "annex")).rejects.toThrow("annex shares no key with home");
});

it("two commands do not move one tenant at the same time", async () => {
  const { home, annex, directory, move } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await withMove(directory, tenant, "annex", async () => {
    await expect(move(tenant, "annex")).rejects.toThrow("Another process works on");
  });
  const urls = databasesAt({ home: home.url("operator"), annex: annex.url("operator") });
  const listed = await tenantCommand(urls, "list").ended;
  expect(listed).toMatchObject({ code: 0 });
  expect(listed.said).toMatch(/personal-\w+ +home +home → annex: copying/);
  expect(await tenantCommand(urls, "move").ended).toMatchObject({ code: 1 });
});

it("an aborted move leaves no copy, and the tenant where it was", async () => {
  const { home, annex, directory, abort } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 50);
  const before = await rowsOf(home, tenant);
  await withMove(directory, tenant, "annex", copyRound);

  await abort(tenant);
  expect(Object.values(await rowsOf(annex, tenant)).flat()).toEqual([]);
  const after = await rowsOf(home, tenant);
  expect(after["app.projects"]).toEqual(before["app.projects"]);
  const [row] = await home.sql(
    "select placement, writes_paused_until from auth.tenants where id = $1",
    [tenant],
  );
  expect(row).toEqual({ placement: "home", writes_paused_until: null });
});

it("old rows are kept for their time, and not removed when they were written since", async () => {
  const { home, move, finish } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 10);
  await move(tenant, "annex");

  await expect(finish(tenant, false)).rejects.toThrow("are kept until");
  await home.sql("update app.jobs set priority = 7 where tenant_id = $1 and slot = 1", [tenant]);
  await expect(finish(tenant)).rejects.toThrow(
    "1 rows of app.jobs were written in home after the tenant had left it",
  );
  expect((await rowsOf(home, tenant))["app.projects"]).toHaveLength(10);
});

it("a transaction that is older than the pause is waited for, and ends the pause when it takes too long", async () => {
  const { home, directory } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 10);
  const slow = new Client({ connectionString: home.url("worker") });
  await slow.connect();

  await withMove(directory, tenant, "annex", async (session, move) => {
    const round = await copyRound(session, move);
    // It has not written yet, and so has no transaction number that a snapshot could show.
    await slow.query("begin");
    expect(
      await trySwitch(session, move, round, { pauseMs: 400, keepSeconds: 1 }, NO_LOG),
    ).toBeUndefined();
    const [row] = await home.sql(
      "select placement, writes_paused_until from auth.tenants where id = $1",
      [tenant],
    );
    expect(row).toEqual({ placement: "home", writes_paused_until: null });
    await slow.query("commit");
    expect(
      await trySwitch(session, move, round, { pauseMs: 9_000, keepSeconds: 1 }, NO_LOG),
    ).toMatchObject({
      move: { state: "switched" },
    });
  });
  await slow.end();
});
