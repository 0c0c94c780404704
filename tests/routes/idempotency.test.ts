import { describe, expect, it } from "vitest";
import { proxyTo } from "../support/proxy.ts";
import { freshApi, outcome, read } from "./support.ts";

describe("an Idempotency-Key", () => {
  it("makes 100 concurrent requests one: one project, one audit event, equal answers", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const answer = await ada.post("/v1/projects", { name: "Bridge" }, { key: "once" });
        const replayed = answer.headers.get("idempotency-replayed");
        return { status: answer.status, replayed, text: await answer.text() };
      }),
    );

    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(answers.filter(({ replayed }) => replayed === "true")).toHaveLength(99);
    expect(await api.sql("select from app.projects")).toHaveLength(1);
    expect(await api.sql("select from audit.events where target_type = 'projects'")).toHaveLength(
      1,
    );
  });

  it("replays the first answer to the byte, whatever became of the thing", async () => {
    const ada = await (await freshApi()).person();
    const first = await (await ada.post("/v1/projects", { name: "a" }, { key: "1" })).text();
    const { id } = JSON.parse(first);
    const remove = () => ada.delete(`/v1/projects/${id}`, undefined, { key: "2" });

    expect(await outcome(remove())).toBe("204");
    const again = await remove();
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([204, "true"]);
    expect(await (await ada.post("/v1/projects", { name: "a" }, { key: "1" })).text()).toBe(first);
    expect((await ada.get("/v1/projects").then(read)).items).toEqual([]);
  });

  it("is refused for another body, path or method", async () => {
    const ada = await (await freshApi()).person();
    const { id } = await ada.post("/v1/projects", { name: "a" }, { key: "1" }).then(read);
    for (const asking of [
      ada.post("/v1/projects", { name: "b" }, { key: "1" }),
      ada.patch(`/v1/projects/${id}`, { name: "a" }, { key: "1" }),
      ada.post(`/v1/projects/${id}/exports`, undefined, { key: "1" }),
      ada.delete(`/v1/projects/${id}`, undefined, { key: "1" }),
    ]) {
      expect(await outcome(asking)).toBe("422 idempotency.key_reused");
    }
  });

  it("is free again after a refusal", async () => {
    const ada = await (await freshApi()).person();
    const missing = "/v1/projects/7f1d0c3e-51f5-4b0e-9d0c-0a4d3f0f9a11";
    expect(await outcome(ada.delete(missing, undefined, { key: "1" }))).toBe(
      "404 resource.missing",
    );
    expect(await outcome(ada.post("/v1/projects", { name: "a" }, { key: "1" }))).toBe("201");
  });

  it("belongs to the caller that used it", async () => {
    const api = await freshApi();
    const ada = await api.person("ada");
    const [bob, eve] = [await api.colleague(ada.person, "member"), await api.person("eve")];
    const ids = new Set<unknown>();
    for (const client of [ada, bob, eve]) {
      ids.add((await client.post("/v1/projects", { name: "a" }, { key: "1" }).then(read)).id);
    }
    expect(ids.size).toBe(3);
  });

  it("may be written as a quoted string, and must be 1 to 255 visible characters", async () => {
    const ada = await (await freshApi()).person();
    const asked = async (key: string) => {
      const headers = { "idempotency-key": key, "content-type": "application/json" };
      return outcome(ada.ask("POST", "/v1/projects", JSON.stringify({ name: "a" }), headers));
    };
    for (const key of ["bare", '"quoted"', '"with-\\"quotes\\""', "x".repeat(255), "sk=1;a"]) {
      expect([key, await asked(key)]).toEqual([key, "201"]);
    }
    expect(await outcome(ada.post("/v1/projects", { name: "b" }, { key: "quoted" }))).toBe(
      "422 idempotency.key_reused",
    );
    for (const key of [
      '""',
      "x".repeat(256),
      "two words",
      '"two words"',
      "bare, bare",
      "schlüssel",
      '"',
    ]) {
      const expected = key === '"' ? "201" : "400 idempotency.key_invalid";
      expect([key, await asked(key)]).toEqual([key, expected]);
    }
    expect(await asked("")).toBe("400 idempotency.key_missing");
  });

  it("brings back the answer that was lost on the way", async () => {
    const api = await freshApi();
    const proxy = await proxyTo(api.database);
    const ada = await api.person();
    const unlucky = api.over(api.database.as("api", { port: proxy.port }), ada.person);

    await unlucky.get("/v1/projects");
    proxy.swallowNextAnswer();
    const lost = await unlucky.post("/v1/projects", { name: "Bridge" }, { key: "1" });
    expect(await outcome(lost)).toBe("503 service.unavailable");

    const retry = await ada.post("/v1/projects", { name: "Bridge" }, { key: "1" });
    expect(retry.headers.get("idempotency-replayed")).toBe("true");
    const { items } = await ada.get("/v1/projects").then(read);
    expect(items).toEqual([await read(retry)]);
  });
});
