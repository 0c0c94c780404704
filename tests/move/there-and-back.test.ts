import { expect, it } from "vitest";
import { furnish, neighbourhood, rowsOf } from "./support.ts";

it("a tenant has every row in one place, and its trail says who moved it", async () => {
  const { home, annex, move, finish } = await neighbourhood();
  const tenant = (await home.newPerson()).tenantId;
  await furnish(home, tenant);
  const before = await rowsOf(home, tenant);
  const noting = async ({ sql }: typeof home) => [
    ...(await sql("select from pg_trigger where tgname = 'note_change' and tgenabled <> 'D'")),
    ...(await sql("select from app.changes")),
  ];
  const storyIn = async ({ sql }: typeof home) =>
    (
      await sql(
        `select actor || ' ' || action as event from audit.events
          where tenant_id = $1 and target_type = 'moves' order by occurred_at`,
        [tenant],
      )
    ).map(({ event }) => event);

  const { checksums } = await move(tenant, "dedicated");
  expect(checksums?.["app.projects"]).toMatchObject({ rows: 300 });
  for (const place of [home, annex]) expect(await noting(place)).toEqual([]);
  await finish(tenant);
  const there = await rowsOf(annex, tenant);
  expect({ ...there, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  expect(there["audit.events"]).toEqual(expect.arrayContaining(before["audit.events"] ?? []));
  expect(Object.values(await rowsOf(home, tenant)).flat()).toEqual([]);
  const once = ["begin", "switch", "finish"].map((step) => `system:operator tenant.move.${step}`);
  expect(await storyIn(annex)).toEqual(once);

  // What happens to members and keys is home's to record, wherever the tenant lives.
  await home.sql("update auth.tenants set name = 'Renamed' where id = $1", [tenant]);
  // Back without having been finished there: the kept rows are what is replaced.
  await move(tenant, "pooled");
  await move(tenant, "dedicated");
  await move(tenant, "pooled");
  await finish(tenant);
  const back = await rowsOf(home, tenant);
  expect({ ...back, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  expect(back["audit.events"]?.filter((row) => row.includes("Renamed"))).toHaveLength(1);
  expect(Object.values(await rowsOf(annex, tenant)).flat()).toEqual([]);
  expect(await annex.sql("select from auth.tenants")).toEqual([]);
  expect((await storyIn(home)).slice(0, 4)).toEqual([...once, once[0]]);
});
