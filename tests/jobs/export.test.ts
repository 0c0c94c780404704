import { randomUUID } from "node:crypto";
import { enqueueJob } from "@bulkhead/core/job";
import type { Token } from "@bulkhead/db";
import { expect, it } from "vitest";
import { tasks } from "../../functions/worker/tasks.ts";
import { exportProject } from "../../packages/core/src/project/export.job.ts";
import type { Person } from "../support/database.ts";
import { type JobScene, jobScene, startOne } from "./support.ts";

/** Made by the superuser, for whom the audit asks no context. */
async function newProject(scene: JobScene, { tenantId }: Person) {
  const id = randomUUID();
  await scene.sql("alter table app.projects disable trigger record");
  await scene.sql(
    "insert into app.projects (tenant_id, id, name, description, created_by) values ($1, $2, 'Ship', 'Ünïcode ⚓', 'user:ada')",
    [tenantId, id],
  );
  return id;
}

it("an export is the project as the API shows it, in a file of its tenant's and its job's name", async () => {
  const scene = await jobScene([exportProject]);
  const tenant = await scene.newTenant(1);
  const project_id = await newProject(scene, tenant);
  const token = await startOne(scene, tenant, exportProject, { project_id });

  expect(await scene.deliver(token)).toMatchObject({ kind: "done" });
  const key = `exports/${tenant.tenantId}/${token.job}.json`;
  const file = scene.objects.files.get(key) ?? "";
  expect(JSON.parse(file)).toMatchObject({
    project: { id: project_id, name: "Ship", description: "Ünïcode ⚓" },
  });
  const bytes = Buffer.byteLength(file);
  expect((await scene.job(token.job)).result).toEqual({ key, bytes });
});

it("an export of a project that was deleted meanwhile fails for good and says so", async () => {
  const scene = await jobScene([exportProject]);
  const project_id = randomUUID();
  const token = await startOne(scene, await scene.newTenant(1), exportProject, { project_id });

  expect(await scene.deliver(token)).toMatchObject({ kind: "failed" });
  expect(await scene.job(token.job)).toMatchObject({
    state: "failed",
    error: { code: "project.missing" },
  });
});

it("an export of another tenant's project finds nothing", async () => {
  const scene = await jobScene([exportProject]);
  const project_id = await newProject(scene, await scene.newTenant(1));
  const token = await startOne(scene, await scene.newTenant(1), exportProject, { project_id });

  expect(await scene.deliver(token)).toMatchObject({ kind: "failed" });
  expect(scene.objects.files.size).toBe(0);
});

it("an export that is tried again writes the same file", async () => {
  const scene = await jobScene([exportProject]);
  const tenant = await scene.newTenant(1);
  const token: Token = await startOne(scene, tenant, exportProject, {
    project_id: await newProject(scene, tenant),
  });
  const { putStream } = scene.objects;
  scene.objects.putStream = async (...file) => {
    await putStream(...file);
    throw new Error("the answer got lost");
  };
  expect(await scene.deliver(token)).toMatchObject({ kind: "retry" });
  scene.objects.putStream = putStream;
  expect(await scene.deliver(token)).toMatchObject({ kind: "done" });
  expect(scene.objects.files.size).toBe(1);
});

it("a job is refused where it is owed when its input is not the task's", () => {
  expect(() => enqueueJob(exportProject, { project_id: "1" })).toThrow();
  expect([...tasks.keys()]).toContain("project.export");
});
