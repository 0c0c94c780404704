import { expect, it } from "vitest";
import type { Person } from "../support/database.ts";
import { type House, jobHouse, start, startOne } from "./support.ts";
import { gated, plain } from "./tasks.ts";

const suspend = (house: House, { tenantId }: Person) =>
  house.sql("update auth.tenants set status = 'suspended' where id = $1", [tenantId]);
const reactivate = (house: House, { tenantId }: Person) =>
  house.sql("update auth.tenants set status = 'active' where id = $1", [tenantId]);

it("a suspended tenant's job waits without a slot, and goes on when the tenant is active again", async () => {
  const house = await jobHouse([plain]);
  const tenant = await house.newTenant(1);
  const token = await startOne(house, tenant, plain, {});
  await suspend(house, tenant);

  expect(await house.deliver(token)).toEqual({ kind: "requeued" });
  expect(await house.job(token.job)).toMatchObject({ state: "queued", slot: null, attempt: 0 });
  expect(await house.sweep()).toEqual([]);
  expect(await house.deliver(token)).toEqual({ kind: "gone" });

  await reactivate(house, tenant);
  const [again] = await house.sweep();
  expect(again).toEqual({ ...token, epoch: token.epoch + 1 });
  expect(await house.deliver(token)).toEqual({ kind: "gone" });
  expect(await house.deliver(again ?? token)).toMatchObject({ kind: "done" });
  expect(await house.effects()).toBe(1);
});

it("a job that is at work when its tenant is suspended writes nothing, and is done afterwards", async () => {
  const { task, atWork, letGo } = gated();
  const house = await jobHouse([task]);
  const tenant = await house.newTenant(1);
  const token = await startOne(house, tenant, task, {});
  const working = house.deliver(token);
  await atWork(1);
  await suspend(house, tenant);
  letGo();

  expect(await working).toEqual({ kind: "requeued" });
  expect(await house.effects()).toBe(0);
  expect(await house.job(token.job)).toMatchObject({ state: "queued", slot: null });

  await reactivate(house, tenant);
  const [again] = await house.sweep();
  const second = house.deliver(again ?? token);
  await atWork(1);
  letGo();
  expect(await second).toMatchObject({ kind: "done" });
  expect(await house.effects()).toBe(1);
});

it("a suspended tenant is handed no slot and wakes no sweeper", async () => {
  const house = await jobHouse([plain]);
  const tenant = await house.newTenant(1);
  const token = await startOne(house, tenant, plain, {});
  await start(house, tenant, plain, {});
  await suspend(house, tenant);

  expect(await house.deliver(token)).toEqual({ kind: "requeued" });
  expect(await house.slotsTaken()).toBe(0);
  expect(await house.claimNextSweep()).toBeNull();
});

it("a job whose tenant is gone is neither performed nor sent", async () => {
  const house = await jobHouse([plain]);
  const tenant = await house.newTenant(1);
  const token = await startOne(house, tenant, plain, {});
  await house.sql("delete from auth.tenants where id = $1", [tenant.tenantId]);

  expect(await house.deliver(token)).toEqual({ kind: "gone" });
  await house.age(10);
  expect(await house.sweep()).toEqual([]);
  expect(await house.claimNextSweep()).toBeNull();
});
