import { Job } from "@bulkhead/core/job";
import { describe, expect, it } from "vitest";
import { freshApi, outcome, read } from "./support.ts";

async function withExport(overrides = {}) {
  const api = await freshApi(overrides);
  const ada = await api.person();
  const { id } = await ada.newProject("Bridge");
  const answer = await ada.post(`/v1/projects/${id}/exports`, undefined, { key: "export" });
  return { api, ada, projectId: String(id), answer };
}

describe("an export", () => {
  it("is answered with the job that it will be, and its token is sent", async () => {
    const { api, ada, projectId, answer } = await withExport();
    expect(answer.status).toBe(202);
    const job = Job.parse(await read(answer));
    expect(job).toMatchObject({ task: "project.export", state: "queued", attempt: 0 });

    expect(await ada.get(`/v1/jobs/${job.id}`).then(read)).toEqual(job);
    expect((await ada.get("/v1/jobs").then(read)).items).toEqual([job]);
    const [row] = await api.sql("select input from app.jobs");
    expect(row?.input).toEqual({ project_id: projectId });
    expect(api.sent).toEqual([{ tenant: ada.person.tenantId, job: job.id, epoch: 1 }]);
    expect(api.sweeps).toEqual([360]);
  });

  it("is started once, however often it is asked for", async () => {
    const { api, ada, projectId, answer } = await withExport();
    const again = await ada.post(`/v1/projects/${projectId}/exports`, undefined, { key: "export" });
    expect(await again.text()).toBe(await answer.text());
    expect(await api.sql("select from app.jobs")).toHaveLength(1);
    expect(api.sent).toHaveLength(1);
  });

  it("is accepted though its token can't be sent, because a sweep was armed before", async () => {
    const steps: string[] = [];
    const { api, answer } = await withExport({
      queue: {
        async armSweep() {
          steps.push("arm");
        },
        async send() {
          steps.push("send");
          throw new Error("SQS is away");
        },
      },
    });
    expect([answer.status, ...steps]).toEqual([202, "arm", "send"]);
    expect(await api.sql("select from app.jobs where slot = 1")).toHaveLength(1);
  });

  it("is not started when no sweep can be armed", async () => {
    const { api, answer } = await withExport({
      queue: {
        armSweep: () => Promise.reject(new Error("SQS is away")),
        send: () => Promise.resolve(),
      },
    });
    expect(answer.headers.get("retry-after")).toBe("5");
    expect(await outcome(answer)).toBe("503 queue.unavailable");
    expect(await api.sql("select from app.jobs")).toEqual([]);
  });
});

describe("a job", () => {
  it("that has succeeded has a link to its file, signed for five minutes", async () => {
    const { api, ada, answer } = await withExport();
    const { id } = await read(answer);
    const key = `exports/${ada.person.tenantId}/${id}.json`;
    await api.tamper(
      `update app.jobs set state = 'succeeded', slot = null, finished_at = now(), result = '${JSON.stringify({ key, bytes: 7 })}'`,
    );

    const job = await ada.get(`/v1/jobs/${id}`).then(read);
    const url = new URL(String(job.download_url));
    expect(decodeURIComponent(url.pathname)).toContain(key);
    expect(url.searchParams.get("X-Amz-Expires")).toBe("300");
    expect(url.searchParams.get("X-Amz-Signature")).toMatch(/^[0-9a-f]{64}$/);
    const minutes = (Date.parse(String(job.download_expires_at)) - Date.now()) / 60_000;
    expect(minutes).toBeCloseTo(5, 0);

    const { items } = await ada.get("/v1/jobs").then(read);
    const [listed] = Job.strict().array().parse(items);
    expect(listed).toMatchObject({ state: "succeeded", result: { bytes: 7 } });
    for (const { result } of [job, listed ?? {}]) expect(result).toEqual({ bytes: 7 });
  });

  it("whose row names an object of another tenant's is 500, and no link is made", async () => {
    const links: string[] = [];
    const { api, ada, answer } = await withExport({
      objects: {
        async link(key: string) {
          links.push(key);
          return { url: "https://exports.example.test", expiresAt: new Date() };
        },
      },
    });
    const { id } = await read(answer);
    const bob = await api.person("bob");
    const own = `exports/${ada.person.tenantId}`;
    for (const key of [
      `exports/${bob.person.tenantId}/${id}.json`,
      `${own}/../${bob.person.tenantId}/${id}.json`,
      `${own}`,
      `${own}/`,
      `/${own}/${id}.json`,
      `archives/${ada.person.tenantId}/${id}.json`,
    ]) {
      await api.tamper(
        `update app.jobs set state = 'succeeded', slot = null, finished_at = now(), result = '${JSON.stringify({ key })}'`,
      );
      expect(await outcome(ada.get(`/v1/jobs/${id}`)), key).toBe("500 internal");
    }
    expect(links).toEqual([]);
  });

  it("says why its latest attempt failed", async () => {
    const { api, ada } = await withExport();
    await api.tamper(
      `update app.jobs set state = 'failed', slot = null, finished_at = now(), error = '{"code": "project.missing", "message": "gone"}'`,
    );
    const { items } = await ada.get("/v1/jobs?state=failed").then(read);
    expect(items).toMatchObject([{ state: "failed", error: { code: "project.missing" } }]);
    expect((await ada.get("/v1/jobs?state=queued").then(read)).items).toEqual([]);
    expect(await outcome(ada.get("/v1/jobs?state=lost"))).toBe("400 request.invalid");
  });
});
