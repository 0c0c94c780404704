import { expect, it } from "vitest";
import { furnish, neighbourhood, rowsOf } from "./support.ts";

it("a tenant that is moved has every row in the new place, and none is left in the old one", async () => {
  const { home, annex, move, finish } = await neighbourhood();
  const { tenantId } = await home.newPerson();
  await furnish(home, tenantId);
  const before = await rowsOf(home, tenantId);

  await move(tenantId, "dedicated");
  const after = await rowsOf(annex, tenantId);
  expect(after["app.projects"]).toEqual(before["app.projects"]);
  expect(after["app.jobs"]).toEqual(before["app.jobs"]);
  expect(after["app.idempotency_keys"]).toEqual(before["app.idempotency_keys"]);
  await finish(tenantId);
  const left = await rowsOf(home, tenantId);
  expect({ ...left, "audit.events": left["audit.events"]?.length }).toMatchObject({});
  expect(left["app.projects"]).toEqual([]);
  console.log(left["audit.events"], await home.sql("select * from app.moves"));
});
