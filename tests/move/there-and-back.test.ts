import { expect, it } from "vitest";
import { operatorPair, rowsOf, seedTenant } from "./support.ts";

it("a tenant that is moved there and back has every row in one database, and its trail names the operator", async () => {
  const { home, annex, move, finish } = await operatorPair();
  const tenant = (await home.newPerson()).tenantId;
  await seedTenant(home, tenant);
  const before = await rowsOf(home, tenant);
  const recording = async ({ sql }: typeof home) => [
    ...(await sql("select from auth.tenants where changes_noted")),
    ...(await sql("select from app.changes")),
  ];
  const movesIn = async ({ sql }: typeof home) =>
    (
      await sql(
        `select actor || ' ' || action as event from audit.events
          where tenant_id = $1 and target_type = 'moves' order by occurred_at`,
        [tenant],
      )
    ).map(({ event }) => event);

  const { checksums } = await move(tenant, "dedicated");
  expect(checksums?.["app.projects"]).toMatchObject({ rows: 300 });
  for (const database of [home, annex]) expect(await recording(database)).toEqual([]);
  await finish(tenant);
  const there = await rowsOf(annex, tenant);
  expect({ ...there, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  expect(there["audit.events"]).toEqual(expect.arrayContaining(before["audit.events"] ?? []));
  expect(Object.values(await rowsOf(home, tenant)).flat()).toEqual([]);
  const once = ["begin", "switch", "finish"].map((step) => `system:operator tenant.move.${step}`);
  expect(await movesIn(annex)).toEqual(once);

  // Home records changes of members and keys, wherever the tenant lives.
  await home.sql("update auth.tenants set name = 'Renamed' where id = $1", [tenant]);
  // Back without being finished: the kept rows are replaced.
  await move(tenant, "pooled");
  await move(tenant, "dedicated");
  await move(tenant, "pooled");
  await finish(tenant);
  const back = await rowsOf(home, tenant);
  expect({ ...back, "audit.events": null }).toEqual({ ...before, "audit.events": null });
  expect(back["audit.events"]?.filter((row) => row.includes("Renamed"))).toHaveLength(1);
  expect(Object.values(await rowsOf(annex, tenant)).flat()).toEqual([]);
  expect(await annex.sql("select from auth.tenants")).toEqual([]);
  expect((await movesIn(home)).slice(0, 4)).toEqual([...once, once[0]]);
});
