import { Project } from "@bulkhead/core/project";
import { describe, expect, it } from "vitest";
import { freshApi, outcome, read } from "./support.ts";

describe("a project", () => {
  it("is created, read, changed, listed and deleted", async () => {
    const ada = await (await freshApi()).person();

    const created = await ada.post("/v1/projects", { name: "Bridge", description: "of iron" });
    expect(created.status).toBe(201);
    const project = Project.parse(await read(created));
    expect(project).toMatchObject({ name: "Bridge", description: "of iron" });
    expect(project.created_by).toBe(`user:${ada.person.userId}`);

    expect(await ada.get(`/v1/projects/${project.id}`).then(read)).toEqual(project);
    const patched = await ada.patch(`/v1/projects/${project.id}`, { name: "Tower" }).then(read);
    expect(patched).toMatchObject({ id: project.id, name: "Tower", description: "of iron" });
    expect(await ada.get("/v1/projects").then(read)).toEqual({
      items: [patched],
      next_cursor: null,
    });

    const deleted = await ada.delete(`/v1/projects/${project.id}`);
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect(await outcome(ada.get(`/v1/projects/${project.id}`))).toBe("404 resource.missing");
  });

  it("has no description until it is given one, and loses it again", async () => {
    const ada = await (await freshApi()).person();
    const { id, description } = await ada.newProject("Bridge");
    expect(description).toBe("");
    await ada.patch(`/v1/projects/${id}`, { description: "of iron" });
    expect(await ada.patch(`/v1/projects/${id}`, { description: "" }).then(read)).toMatchObject({
      name: "Bridge",
      description: "",
    });
  });

  it("is answered with headers that keep it private", async () => {
    const ada = await (await freshApi()).person();
    const { headers } = await ada.get("/v1/projects", { "x-request-id": "mine" });
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": "mine",
    });
  });
});
