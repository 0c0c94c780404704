import { expect, it } from "vitest";
import { catchUpRound, copyRound, type Round } from "../../packages/operator/src/move/copy.ts";
import type { Course } from "../../packages/operator/src/move/course.ts";
import type { Move } from "../../packages/operator/src/move/record.ts";
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
  "a job that has ended and holds no slot any more":
    "update app.jobs set state = 'failed', slot = null, finished_at = now() where tenant_id = $1 and slot = 2",
  "a row that was deleted and made again": `
    with gone as (delete from app.idempotency_keys where tenant_id = $1 returning *)
    insert into audit.events (tenant_id, actor, action, operation, target_type, target_id, request_id)
    select $1, 'seed', 'test', 'delete', 'keys', gen_random_uuid(), 'seed' from gone`,
};

it.each([
  ["over everything", copyRound],
  [
    "over what was noted",
    async (course: Course, move: Move, { marks, ...round }: Round) => ({
      ...round,
      marks: await catchUpRound(course, move, marks),
    }),
  ],
])(
  "another round %s brings over whatever a tenant has changed since it was copied",
  async (_, again) => {
    const { home, annex, house } = await neighbourhood();
    const tenant = (await home.newPerson()).tenantId;
    await furnish(home, tenant, 200);

    await onCourse(house, tenant, "annex", async (course, move) => {
      let round = await copyRound(course, move);
      expect(await rowsOf(annex, tenant)).toEqual(await rowsOf(home, tenant));
      for (const [what, change] of Object.entries(CHANGES)) {
        const before = await rowsOf(home, tenant);
        await tamper(home, change, [tenant]);
        const after = await rowsOf(home, tenant);
        expect(after, what).not.toEqual(before);
        round = await again(course, move, round);
        expect(await rowsOf(annex, tenant), what).toEqual(after);
      }
    });
  },
);

it("a slot that has passed between two jobs so far apart that no batch holds both arrives all the same", async () => {
  const { home, annex, house } = await neighbourhood();
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

  await onCourse(house, tenant, "annex", async (course, move) => {
    const { marks } = await copyRound(course, move);
    await pass(1);
    await catchUpRound(course, move, marks);
    expect((await rowsOf(annex, tenant))["app.jobs"]).toEqual(
      (await rowsOf(home, tenant))["app.jobs"],
    );
    await pass(2100);
    await catchUpRound(course, move, marks);
    await pass(1);
    await copyRound(course, move);
  });
});

it("a round that can't make its copy equal says which table differs, and nothing is switched", async () => {
  const { home, annex, house } = await neighbourhood();
  const tenant = (await home.newPerson()).tenantId;
  await furnish(home, tenant, 200);

  await onCourse(house, tenant, "annex", async (course, move) => {
    await annex.sql(`
      create function app.blur() returns trigger language plpgsql as $$
        begin if new.name like '%9' then new.name := 'other'; end if; return new; end $$;
      grant execute on function app.blur() to public;
      create trigger blur before insert on app.projects for each row execute function app.blur()`);
    await expect(copyRound(course, move)).rejects.toThrow(
      "The copy of app.projects differs from its source (200 rows there, 200 here).",
    );
  });
  const [row] = await home.sql("select placement from auth.tenants where id = $1", [tenant]);
  expect(row).toEqual({ placement: "home" });
});
