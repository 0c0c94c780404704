import { expect, it } from "vitest";
import { copyRound } from "../../packages/operator/src/move/copy.ts";
import { trySwitch } from "../../packages/operator/src/move/switch.ts";
import { redefine } from "../support/mutation.ts";
import { furnish, neighbourhood, onCourse, rowsOf, tamper } from "./support.ts";

const LIMITS = { pauseMs: 9_000, keepSeconds: 1 };
const UNNOTED = "alter table app.projects disable trigger note_change";
const NOTED = "alter table app.projects enable always trigger note_change";

async function scene() {
  const it = await neighbourhood();
  const tenant = (await it.home.newPerson()).tenantId;
  await furnish(it.home, tenant, 50);
  const placement = async () =>
    (await it.home.sql("select placement from auth.tenants where id = $1", [tenant]))[0]?.placement;
  return { ...it, tenant, placement };
}

// By a superuser, with every trigger off that can be switched off. Each with what undoes it.
const MEDDLING: Record<string, [string, string]> = {
  altered: [
    "update app.projects set name = 'another' where tenant_id = $1 and name = 'project 7'",
    "update app.projects set name = 'project 7' where tenant_id = $1 and name = 'another'",
  ],
  added: [
    "insert into app.projects (tenant_id, name, created_by) values ($1, 'another', 'nobody')",
    "delete from app.projects where tenant_id = $1 and name = 'another'",
  ],
  deleted: [
    "delete from app.jobs where tenant_id = $1 and state = 'queued'",
    "insert into app.jobs (tenant_id, task, input, state, created_by) values ($1, 'other', '{}', 'queued', 'nobody')",
  ],
};

it("a deletion that does not arrive at the target is found in the pause, and a row that is altered, added or deleted there after the last comparison; nothing is switched", async () => {
  const { home, annex, house, tenant, placement } = await scene();
  await onCourse(house, tenant, "annex", async (course, move) => {
    const round = await copyRound(course, move);
    await annex.sql(`
      create function app.keep() returns trigger language plpgsql as 'begin return null; end';
      grant execute on function app.keep() to public;
      create trigger keep before delete on app.projects for each row execute function app.keep()`);
    await tamper(home, "delete from app.projects where tenant_id = $1 and name = 'project 8'", [
      tenant,
    ]);
    await expect(trySwitch(course, move, round, LIMITS)).rejects.toThrow(
      "The copy of app.projects differs from its source (0 rows there, 1 here).",
    );
    await annex.sql("drop trigger keep on app.projects");

    for (const [what, [meddle, undo]] of Object.entries(MEDDLING)) {
      await tamper(annex, meddle, [tenant]);
      await expect(trySwitch(course, move, round, LIMITS), what).rejects.toThrow("differs from");
      await tamper(annex, undo, [tenant]);
    }
  });
  expect(await placement()).toBe("home");
});

it("what nobody noted is found right after the pause, when all rows are compared as they were in it", async () => {
  const { home, annex, house, tenant } = await scene();
  await onCourse(house, tenant, "annex", async (course, move) => {
    const round = await copyRound(course, move);
    await annex.sql(UNNOTED);
    await tamper(annex, MEDDLING.altered?.[0] as string, [tenant]);
    await annex.sql(NOTED);
    const { differs } = (await trySwitch(course, move, round, LIMITS)) ?? {};
    expect(String(differs)).toMatch(/app.projects differs .* since a moment before that was found/);
  });
  expect((await rowsOf(home, tenant))["app.projects"]).toHaveLength(50);
});

it("a move whose copy is found different after the switch fails, with both copies where they are", async () => {
  const { home, annex, tenant, move, placement } = await scene();
  // As late as possible: when everything has been compared, and the tenant is written down there.
  await redefine(annex, "app.host_tenant", (it) =>
    it.replace(/end\s*\$function\$/, "update app.projects set name = 'another'; end $function$"),
  );
  await annex.sql(`do $$ begin execute format('alter function app.host_tenant owner to %I', current_user); end $$;
    grant execute on function app.host_tenant to bulkhead_operator`);
  await expect(move(tenant, "annex")).rejects.toThrow("compare the two before you finish");
  expect(await placement()).toBe("annex");
  expect((await rowsOf(home, tenant))["app.projects"]).toHaveLength(50);
});
