import { expect, it } from "vitest";
import { catchUpRound, copyRound, type Round } from "../../packages/operator/src/move/copy.ts";
import type { MoveSession } from "../../packages/operator/src/move/session.ts";
import type { Move } from "../../packages/operator/src/tenant/record.ts";
import { operatorPair, rowsOf, seedTenant, tamper, withMove } from "./support.ts";

// Changes of a tenant since it was copied, each beside unchanged rows.
const CHANGES: Record<string, string> = {
  "new rows": "insert into app.projects (tenant_id, name, created_by) values ($1, 'new', 'seed')",
  "changed rows":
    "update app.projects set name = name || '!' where tenant_id = $1 and name like '%7'",
  "deleted rows": "delete from app.projects where tenant_id = $1 and name like '%3'",
  "a slot that passed from one job to another": `
    with freed as (update app.jobs set state = 'succeeded', slot = null, finished_at = now()
                    where tenant_id = $1 and slot = 1 returning 1)
    insert into app.jobs (tenant_id, task, input, state, slot, created_by)
    select $1, 'project.export', '{}', 'queued', 2, 'seed' from freed`,
  "a job that has ended and freed its slot":
    "update app.jobs set state = 'failed', slot = null, finished_at = now() where tenant_id = $1 and slot = 2",
  "a row that was deleted and made again": `
    with gone as (delete from app.idempotency_keys where tenant_id = $1 returning *)
    insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, request_id)
    select $1, 'seed', 'test', 'delete', 'keys', gen_random_uuid(), 'seed' from gone`,
};

it.each([
  ["over all rows", copyRound],
  [
    "over recorded changes",
    async (session: MoveSession, move: Move, { marks, ...round }: Round) => ({
      ...round,
      marks: await catchUpRound(session, move, marks),
    }),
  ],
])("a second round %s copies every change since the first", async (_, again) => {
  const { home, annex, directory } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 200);

  await withMove(directory, tenant, "annex", async (session, move) => {
    let round = await copyRound(session, move);
    expect(await rowsOf(annex, tenant)).toEqual(await rowsOf(home, tenant));
    for (const [what, change] of Object.entries(CHANGES)) {
      const before = await rowsOf(home, tenant);
      await tamper(home, change, [tenant]);
      const after = await rowsOf(home, tenant);
      expect(after, what).not.toEqual(before);
      round = await again(session, move, round);
      expect(await rowsOf(annex, tenant), what).toEqual(after);
    }
  });
});

it("a unique slot that has passed between two jobs of different batches is copied", async () => {
  const { home, annex, directory } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  const id = (number: string) =>
    `('00000000-0000-4000-8000-' || lpad((${number})::text, 12, '0'))::uuid`;
  const change = (text: string) => tamper(home, text, [tenant]);
  const pass = async (to: number) => {
    await change("update app.jobs set priority = 1, slot = null where tenant_id = $1");
    await change(`update app.jobs set slot = 3 where tenant_id = $1 and id = ${id(String(to))}`);
  };
  await change(
    `insert into app.jobs (tenant_id, id, task, input, state, slot, created_by)
     select $1, ${id("i")}, 'project.export', '{}', 'queued', case i when 2100 then 3 end, 'seed' from generate_series(1, 2100) i`,
  );

  await withMove(directory, tenant, "annex", async (session, move) => {
    const { marks } = await copyRound(session, move);
    await pass(1);
    await catchUpRound(session, move, marks);
    expect((await rowsOf(annex, tenant))["app.jobs"]).toEqual(
      (await rowsOf(home, tenant))["app.jobs"],
    );
    await pass(2100);
    await catchUpRound(session, move, marks);
    await pass(1);
    await copyRound(session, move);
  });
});

it("a round whose copy stays different fails naming the table, and nothing is switched", async () => {
  const { home, annex, directory } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant, 200);

  await withMove(directory, tenant, "annex", async (session, move) => {
    await annex.sql(`
      create function app.blur() returns trigger language plpgsql as $$
        begin if new.name like '%9' then new.name := 'other'; end if; return new; end $$;
      grant execute on function app.blur() to public;
      create trigger blur before insert on app.projects for each row execute function app.blur()`);
    await expect(copyRound(session, move)).rejects.toThrow(
      "The copy of app.projects differs from its source (200 rows in the source, 200 in the copy).",
    );
  });
  const [row] = await home.sql("select placement from auth.tenants where id = $1", [tenant]);
  expect(row).toEqual({ placement: "home" });
});
