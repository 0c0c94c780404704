import { expect, it } from "vitest";
import { jobScene, startOne } from "./support.ts";
import { plain } from "./tasks.ts";

it("the API can neither open a job nor change one", async () => {
  const scene = await jobScene([plain]);
  const tenant = await scene.newTenant(1);
  const { job, epoch } = await startOne(scene, tenant, plain, {});
  for (const text of [
    `select app.open_job('${tenant.tenantId}', '${job}', ${epoch}, null, 'r')`,
    "update app.jobs set priority = 1",
    "insert into app.jobs (task, input) values ('a.b', '{}')",
    "delete from app.jobs",
  ]) {
    const { failure } = await scene.api.home.run([{ text }]);
    expect(failure).toMatchObject({ code: "42501" });
  }
});

it("parking leaves the tenant closed to the one who parked", async () => {
  const scene = await jobScene([plain]);
  const tenant = await scene.newTenant(1);
  const { job, epoch } = await startOne(scene, tenant, plain, {});
  await scene.sql("update auth.tenants set status = 'suspended'");
  const { rows } = await scene.worker.home.run([
    { text: `select app.requeue_job('${tenant.tenantId}', '${job}', ${epoch}, 'r')` },
    { text: "select count(*) from app.jobs" },
  ]);
  expect(rows).toEqual([[["t"]], [["0"]]]);
});
