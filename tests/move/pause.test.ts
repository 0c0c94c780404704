import { expect, it } from "vitest";
import { copyRound } from "../../packages/operator/src/move/copy.ts";
import { trySwitch } from "../../packages/operator/src/move/switch.ts";
import { redefine } from "../support/mutation.ts";
import { operatorPair, rowsOf, seedTenant, tamper, withMove } from "./support.ts";

const NO_LOG = () => {};
const LIMITS = { pauseMs: 9_000, keepSeconds: 1 };
const UNRECORDED = "alter table app.projects disable trigger note_change";
const RECORDED = "alter table app.projects enable always trigger note_change";

async function setUp() {
  const it = await operatorPair();
  const tenant = (await it.home.newPerson()).tenantId;
  await seedTenant(it.home, tenant, 50);
  const placement = async () =>
    (await it.home.sql("select placement from auth.tenants where id = $1", [tenant]))[0]?.placement;
  return { ...it, tenant, placement };
}

// Writes at the target by a superuser, without triggers. Each with the statement that undoes it.
const FOREIGN_WRITES: Record<string, [string, string]> = {
  altered: [
    "update app.projects set name = 'another' where tenant_id = $1 and name = 'project 7'",
    "update app.projects set name = 'project 7' where tenant_id = $1 and name = 'another'",
  ],
  added: [
    "insert into app.projects (tenant_id, name, created_by) values ($1, 'another', 'seed')",
    "delete from app.projects where tenant_id = $1 and name = 'another'",
  ],
  deleted: [
    "delete from app.jobs where tenant_id = $1 and state = 'queued'",
    "insert into app.jobs (tenant_id, task, input, state, created_by) values ($1, 'other', '{}', 'queued', 'seed')",
  ],
};

it("a deletion that fails at the target, and a row that is altered, added or deleted there, is found in the pause, and nothing is switched", async () => {
  const { home, annex, directory, tenant, placement } = await setUp();
  await withMove(directory, tenant, "annex", async (session, move) => {
    const round = await copyRound(session, move);
    await annex.sql(`
      create function app.keep() returns trigger language plpgsql as 'begin return null; end';
      grant execute on function app.keep() to public;
      create trigger keep before delete on app.projects for each row execute function app.keep()`);
    await tamper(home, "delete from app.projects where tenant_id = $1 and name = 'project 8'", [
      tenant,
    ]);
    await expect(trySwitch(session, move, round, LIMITS, NO_LOG)).rejects.toThrow(
      "The copy of app.projects differs from its source (0 rows in the source, 1 in the copy).",
    );
    await annex.sql("drop trigger keep on app.projects");

    for (const [what, [write, undo]] of Object.entries(FOREIGN_WRITES)) {
      await tamper(annex, write, [tenant]);
      await expect(trySwitch(session, move, round, LIMITS, NO_LOG), what).rejects.toThrow(
        "differs from",
      );
      await tamper(annex, undo, [tenant]);
    }
  });
  expect(await placement()).toBe("home");
});

it("an unrecorded change is found right after the pause, when all rows are compared as they were in it", async () => {
  const { home, annex, directory, tenant } = await setUp();
  await withMove(directory, tenant, "annex", async (session, move) => {
    const round = await copyRound(session, move);
    await annex.sql(UNRECORDED);
    await tamper(annex, FOREIGN_WRITES.altered?.[0] as string, [tenant]);
    await annex.sql(RECORDED);
    const { mismatch } = (await trySwitch(session, move, round, LIMITS, NO_LOG)) ?? {};
    expect(String(mismatch)).toMatch(
      /app.projects differs .* since a moment before this was found/,
    );
  });
  expect((await rowsOf(home, tenant))["app.projects"]).toHaveLength(50);
});

it("a move whose copy differs after the switch fails and keeps both copies", async () => {
  const { home, annex, tenant, move, placement } = await setUp();
  // As late as possible: after the last comparison, when the tenant's own row is written.
  await redefine(annex, "app.host_tenant", (it) =>
    it.replace(/end\s*\$function\$/, "update app.projects set name = 'another'; end $function$"),
  );
  await annex.sql(`do $$ begin execute format('alter function app.host_tenant owner to %I', current_user); end $$;
    grant execute on function app.host_tenant to bulkhead_operator`);
  await expect(move(tenant, "annex")).rejects.toThrow("compare the two before you finish");
  expect(await placement()).toBe("annex");
  expect((await rowsOf(home, tenant))["app.projects"]).toHaveLength(50);
});
