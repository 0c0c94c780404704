import { expect, it } from "vitest";
import { copyRound } from "../../packages/operator/src/move/copy.ts";
import { furnish, neighbourhood, onCourse, rowsOf, tamper } from "./support.ts";

// What a tenant may have changed since it was copied, each beside rows that stayed as they were.
const CHANGES: Record<string, string> = {
  "new rows": "insert into app.projects (tenant_id, name, created_by) values ($1, 'new', 'seed')",
  "changed rows":
    "update app.projects set name = name || '!' where tenant_id = $1 and name like '%7'",
  "deleted rows": "delete from app.projects where tenant_id = $1 and name like '%3'",
  "a slot that went from one job to another": `
    with freed as (update app.jobs set state = 'succeeded', slot = null, finished_at = now()
                    where tenant_id = $1 and slot = 1 returning 1)
    insert into app.jobs (tenant_id, task, input, state, slot, created_by)
    select $1, 'project.export', '{}', 'queued', 2, 'seed' from freed`,
  "the same slot, by name": `
    update app.jobs set slot = case slot when 1 then null else slot end,
           state = case slot when 1 then 'failed' else state end,
           finished_at = case slot when 1 then now() else finished_at end where tenant_id = $1`,
  "a row that was deleted and made again": `
    with gone as (delete from app.idempotency_keys where tenant_id = $1 returning *)
    insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, request_id)
    select $1, 'seed', 'test', 'delete', 'keys', gen_random_uuid(), 'seed' from gone`,
};

it.each(Object.entries(CHANGES))("a second round brings over %s", async (_, change) => {
  const { home, annex, house } = await neighbourhood();
  const tenant = (await home.newPerson()).tenantId;
  await furnish(home, tenant, 200);

  await onCourse(house, tenant, "annex", async (course, move) => {
    await copyRound(course, move);
    expect(await rowsOf(annex, tenant)).toEqual(await rowsOf(home, tenant));
    await tamper(home, change, [tenant]);
    await copyRound(course, move);
    expect(await rowsOf(annex, tenant)).toEqual(await rowsOf(home, tenant));
  });
});

it("a round that finds its copy changed by somebody else puts nothing in its place and says so", async () => {
  const { home, annex, house } = await neighbourhood();
  const tenant = (await home.newPerson()).tenantId;
  await furnish(home, tenant, 200);

  await onCourse(house, tenant, "annex", async (course, move) => {
    await copyRound(course, move);
    await tamper(
      annex,
      "update app.projects set name = 'other' where tenant_id = $1 and name like '%9'",
      [tenant],
    );
    await expect(copyRound(course, move)).rejects.toThrow(
      "The copy of app.projects differs from its source (200 rows there, 200 here).",
    );
  });
});
