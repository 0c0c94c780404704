import { expect, it } from "vitest";
import type { Person } from "../support/database.ts";
import { type JobScene, jobScene, start, startOne } from "./support.ts";
import { gated, plain } from "./tasks.ts";

const suspend = (scene: JobScene, { tenantId }: Person) =>
  scene.sql("update auth.tenants set status = 'suspended' where id = $1", [tenantId]);
const reactivate = (scene: JobScene, { tenantId }: Person) =>
  scene.sql("update auth.tenants set status = 'active' where id = $1", [tenantId]);

it("a suspended tenant's job waits without a slot, and goes on when the tenant is active again", async () => {
  const scene = await jobScene([plain]);
  const tenant = await scene.newTenant(1);
  const token = await startOne(scene, tenant, plain, {});
  await suspend(scene, tenant);

  expect(await scene.deliver(token)).toEqual({ kind: "requeued" });
  expect(await scene.job(token.job)).toMatchObject({ state: "queued", slot: null, attempt: 0 });
  expect(await scene.sweep()).toEqual([]);
  expect(await scene.deliver(token)).toEqual({ kind: "gone" });

  await reactivate(scene, tenant);
  const [again] = await scene.sweep();
  expect(again).toEqual({ ...token, epoch: token.epoch + 1 });
  expect(await scene.deliver(token)).toEqual({ kind: "gone" });
  expect(await scene.deliver(again ?? token)).toMatchObject({ kind: "done" });
  expect(await scene.effects()).toBe(1);
});

it("a job that is at work when its tenant is suspended writes nothing, and is done afterwards", async () => {
  const { task, atWork, letGo } = gated();
  const scene = await jobScene([task]);
  const tenant = await scene.newTenant(1);
  const token = await startOne(scene, tenant, task, {});
  const working = scene.deliver(token);
  await atWork(1);
  await suspend(scene, tenant);
  letGo();

  expect(await working).toEqual({ kind: "requeued" });
  expect(await scene.effects()).toBe(0);
  expect(await scene.job(token.job)).toMatchObject({ state: "queued", slot: null });

  await reactivate(scene, tenant);
  const [again] = await scene.sweep();
  const second = scene.deliver(again ?? token);
  await atWork(1);
  letGo();
  expect(await second).toMatchObject({ kind: "done" });
  expect(await scene.effects()).toBe(1);
});

it("a suspended tenant is handed no slot and wakes no sweeper", async () => {
  const scene = await jobScene([plain]);
  const tenant = await scene.newTenant(1);
  const token = await startOne(scene, tenant, plain, {});
  await start(scene, tenant, plain, {});
  await suspend(scene, tenant);

  expect(await scene.deliver(token)).toEqual({ kind: "requeued" });
  expect(await scene.slotsTaken()).toBe(0);
  expect(await scene.claimNextSweep()).toBeNull();
});

it("a job whose tenant is gone is neither performed nor sent", async () => {
  const scene = await jobScene([plain]);
  const tenant = await scene.newTenant(1);
  const token = await startOne(scene, tenant, plain, {});
  await scene.sql("delete from auth.tenants where id = $1", [tenant.tenantId]);

  expect(await scene.deliver(token)).toEqual({ kind: "gone" });
  await scene.age(10);
  expect(await scene.sweep()).toEqual([]);
  expect(await scene.claimNextSweep()).toBeNull();
});
