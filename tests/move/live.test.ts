import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { furnish, neighbourhood, rowsOf } from "./support.ts";
import { broken, startTraffic } from "./traffic.ts";

it("a tenant that works while it is moved and moved back loses nothing and does nothing twice", {
  timeout: 120_000,
}, async () => {
  const { home, annex, databases, move, finish } = await neighbourhood();
  const person = await home.newPerson();
  const tenant = person.tenantId;
  await furnish(home, tenant, 1_000);

  const traffic = startTraffic(databases("api"), databases("worker"), person.token);
  await sleep(300);
  await move(tenant, "dedicated");
  await sleep(500);
  await finish(tenant);
  await move(tenant, "pooled");
  await sleep(300);
  traffic.close();
  const report = await traffic.stop();
  await finish(tenant);

  // A pause may be shorter than the time between two requests: tests/placement asks within one.
  expect(report.requests).toBeGreaterThan(20);
  expect(report.faults).toEqual([]);
  expect(await broken(home.sql, tenant, report)).toEqual([]);
  expect(Object.values(await rowsOf(annex, tenant)).flat()).toEqual([]);
});
