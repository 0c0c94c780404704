import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { operatorPair, rowsOf, seedTenant } from "./support.ts";
import { broken, startTraffic } from "./traffic.ts";

it("a tenant that works while it is moved there and back loses nothing and does nothing twice", async () => {
  const { home, annex, databases, move, finish } = await operatorPair();
  const person = await home.newPerson();
  const tenant = person.tenantId;
  await seedTenant(home, tenant, 1_000);

  // Often enough that some come in the pause, which takes less than a tenth of a second.
  const traffic = startTraffic(databases("api"), databases("worker"), person.token, 150);
  await sleep(300);
  await move(tenant, "dedicated");
  await sleep(500);
  await finish(tenant);
  await move(tenant, "pooled");
  await sleep(300);
  traffic.close();
  const report = await traffic.stop();
  await finish(tenant);

  expect(report.retried).toBeGreaterThan(0);
  expect(report.faults).toEqual([]);
  expect(await broken(home.sql, tenant, report)).toEqual([]);
  expect(Object.values(await rowsOf(annex, tenant)).flat()).toEqual([]);
});
