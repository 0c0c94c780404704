import { describe, expect, it } from "vitest";
import { type Client, freshApi, read } from "./support.ts";

const MISSING = "7f1d0c3e-51f5-4b0e-9d0c-0a4d3f0f9a11";

const ITS_OWN = ["x-request-id", "x-trace-id"];

/** An answer without what differs between any two: the ids of its request and its trace. */
async function told(answer: Response) {
  const text = (await answer.text()).replace(/"request_id":"[^"]*"/, "");
  const headers = [...answer.headers].filter(([name]) => !ITS_OWN.includes(name));
  return { status: answer.status, headers, text };
}

const ways: Record<string, (client: Client, id: string) => Promise<Response>> = {
  "read a project": (client, id) => client.get(`/v1/projects/${id}`),
  "change a project": (client, id) => client.patch(`/v1/projects/${id}`, { name: "mine" }),
  "delete a project": (client, id) => client.delete(`/v1/projects/${id}`),
  "export a project": (client, id) => client.post(`/v1/projects/${id}/exports`),
  "read a job": (client, id) => client.get(`/v1/jobs/${id}`),
  "revoke an API key": (client, id) => client.delete(`/v1/api-keys/${id}`),
};

describe("what belongs to another tenant", () => {
  it("is answered to the byte like what does not exist, and like what could not", async () => {
    const api = await freshApi();
    const [ada, bob] = [await api.person("ada"), await api.person("bob")];
    const project = await ada.newProject("Bridge");
    const job = await ada.post(`/v1/projects/${project.id}/exports`).then(read);
    const { id: key } = await api.program(ada, ["project:read"]);
    const ids: Record<string, unknown> = { "read a job": job.id, "revoke an API key": key };

    for (const [name, ask] of Object.entries(ways)) {
      const missing = await told(await ask(bob, MISSING));
      expect(missing.status).toBe(404);
      for (const id of [String(ids[name] ?? project.id), "no-uuid", "%00", "1' or '1'='1"]) {
        expect([name, await told(await ask(bob, encodeURI(id)))]).toEqual([name, missing]);
      }
    }
    expect(await ada.get(`/v1/projects/${project.id}`).then(read)).toEqual(project);
    expect(await api.sql("select from app.jobs")).toHaveLength(1);
  });

  it("stands in no list", async () => {
    const api = await freshApi();
    const [ada, bob] = [await api.person("ada"), await api.person("bob")];
    const { id } = await ada.newProject("Bridge");
    await ada.post(`/v1/projects/${id}/exports`);
    await api.program(ada, ["project:read"]);

    for (const list of ["projects", "jobs", "api-keys"]) {
      expect((await bob.get(`/v1/${list}`).then(read)).items).toEqual([]);
      expect((await ada.get(`/v1/${list}`).then(read)).items).toHaveLength(1);
    }
    const { items } = await bob.get("/v1/audit-events?limit=100").then(read);
    expect(JSON.stringify(items)).not.toContain(ada.person.tenantId);
  });
});
