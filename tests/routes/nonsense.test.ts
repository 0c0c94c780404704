import { describe, expect, it } from "vitest";
import { type Body, freshApi, outcome, read } from "./support.ts";

const JSON_TYPE = { "content-type": "application/json" };
let keys = 0;
const mutation = (headers: Record<string, string> = JSON_TYPE) => ({
  "idempotency-key": `key-${keys++}`,
  ...headers,
});

describe("nonsense", () => {
  it("in a body is refused by what is wrong with it", async () => {
    const api = await freshApi();
    const ada = await api.person();
    const bodies: Record<string, [Body, string]> = {
      "no JSON": ["{name:", "400 request.malformed_json"],
      "half an object": ['{"name": "x"', "400 request.malformed_json"],
      "no UTF-8": [new Uint8Array([0x22, 0xff, 0x22]), "400 request.malformed_json"],
      nothing: ["", "400 request.invalid"],
      "a list": ["[]", "400 request.invalid"],
      "a number": ["1", "400 request.invalid"],
      null: ["null", "400 request.invalid"],
      "no name": ["{}", "400 request.invalid"],
      "an empty name": ['{"name":""}', "400 request.invalid"],
      "a blank name": ['{"name":" \\t"}', "400 request.invalid"],
      "a long name": [JSON.stringify({ name: "x".repeat(201) }), "400 request.invalid"],
      "a name that is no text": ['{"name":{"$ne":""}}', "400 request.invalid"],
      "an unknown field": ['{"name":"x","tenant_id":"y"}', "400 request.invalid"],
      "an id of its own": ['{"name":"x","id":"y"}', "400 request.invalid"],
      "a prototype": ['{"name":"x","__proto__":{"admin":true}}', "400 request.invalid"],
      "a deep one": [
        `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
        "400 request.invalid",
      ],
      NUL: ['{"name":"a\\u0000b"}', "400 request.unsupported_character"],
      "half a character": ['{"name":"a\\ud800b"}', "400 request.unsupported_character"],
    };
    for (const [name, [body, expected]] of Object.entries(bodies)) {
      const asking = ada.ask("POST", "/v1/projects", body, mutation());
      expect([name, await outcome(asking)]).toEqual([name, expected]);
    }
    expect(await api.sql("select from app.projects")).toEqual([]);
  });

  it("in a change is refused, and so is a change of nothing", async () => {
    const ada = await (await freshApi()).person();
    const { id } = await ada.newProject("Bridge");
    for (const body of [{}, { name: null }, { id, name: "x" }, { created_by: "me" }]) {
      expect([body, await outcome(ada.patch(`/v1/projects/${id}`, body))]).toEqual([
        body,
        "400 request.invalid",
      ]);
    }
    for (const body of [{ force: true }, [], null, "now"]) {
      const exporting = ada.post(`/v1/projects/${id}/exports`, body);
      expect([body, await outcome(exporting)]).toEqual([body, "400 request.invalid"]);
    }
    expect(await ada.get(`/v1/projects/${id}`).then(read)).toMatchObject({ name: "Bridge" });
  });

  it("of 10 MB is refused, with and without a length", async () => {
    const ada = await (await freshApi()).person();
    const body = JSON.stringify({ name: "x".repeat(10_000_000) });
    const stream = () => new Blob([body]).stream();
    for (const [sent, headers] of [
      [body, {}],
      [stream(), {}],
      ["{}", { "content-length": "10000000" }],
    ] as [Body, Record<string, string>][]) {
      const asking = ada.ask("POST", "/v1/projects", sent, mutation({ ...JSON_TYPE, ...headers }));
      expect(await outcome(asking)).toBe("413 request.too_large");
    }
  });

  it("of another content type is refused", async () => {
    const ada = await (await freshApi()).person();
    const send = (type?: string) => {
      const headers = mutation(type === undefined ? {} : { "content-type": type });
      return outcome(
        ada.ask("POST", "/v1/projects", new TextEncoder().encode('{"name":"x"}'), headers),
      );
    };
    for (const type of [
      undefined,
      "text/plain",
      "application/jsonp",
      "application/json; charset=latin1",
      "multipart/form-data",
    ]) {
      expect([type, await send(type)]).toEqual([type, "415 request.unsupported_type"]);
    }
    for (const type of ["application/json", 'Application/JSON; charset="UTF-8"']) {
      expect(await send(type)).toBe("201");
    }
  });

  it("in a query is refused, fields given twice and fields of the path included", async () => {
    const ada = await (await freshApi()).person();
    const { id } = await ada.newProject("Bridge");
    for (const path of [
      "/v1/projects?order=name",
      "/v1/projects?cursor=a&cursor=b",
      `/v1/projects/${id}?id=${id}`,
      `/v1/projects/${id}?fields=name`,
      "/v1/audit-events?target_id=7",
      "/v1/audit-events?actor=",
      `/v1/projects?cursor=${"x".repeat(201)}`,
      "/v1/projects?__proto__=x",
      "/v1/jobs?state[]=queued",
    ]) {
      expect([path, await outcome(ada.get(path))]).toEqual([path, "400 request.invalid"]);
    }
    expect(await outcome(ada.get("/v1/audit-events?actor=%00"))).toBe(
      "400 request.unsupported_character",
    );
    expect(await outcome(ada.get("/v1/audit-events?action=%zz"))).toBe("200");
    for (const [query, body] of [
      ["dry_run=1", { name: "x" }],
      ["name=x", {}],
    ] as const) {
      expect(await outcome(ada.post(`/v1/projects?${query}`, body))).toBe("400 request.invalid");
    }
  });

  it("for an address is 404, and for a method 405 with those that there are", async () => {
    const ada = await (await freshApi()).person();
    for (const path of [
      "/v1",
      "/v1/",
      "/v1/nothing",
      "/v1/projects/",
      "/v1/projects/a/b/c",
      "/",
      "/v1/projects/%ff/x",
    ]) {
      expect([path, await outcome(ada.get(path))]).toEqual([path, "404 route.missing"]);
    }
    for (const [method, path, allow] of [
      ["PUT", "/v1/projects", "GET, POST"],
      ["DELETE", "/v1/projects", "GET, POST"],
      ["POST", "/v1/projects/7", "GET, PATCH, DELETE"],
      ["OPTIONS", "/v1/projects/7/exports", "POST"],
      ["BREW", "/v1/jobs", "GET"],
      ["POST", "/v1/health", "GET"],
    ] as const) {
      const answer = await ada.ask(method, path);
      expect([path, answer.headers.get("allow")]).toEqual([path, allow]);
      expect(await outcome(answer)).toBe("405 method.not_allowed");
    }
    expect((await ada.ask("HEAD", "/v1/projects")).status).toBe(200);
  });

  it("without an Idempotency-Key is told to bring one", async () => {
    const ada = await (await freshApi()).person();
    const answer = await ada.ask("POST", "/v1/projects", '{"name":"x"}', JSON_TYPE);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({
      status: 400,
      code: "idempotency.key_missing",
      detail: expect.stringContaining("UUID"),
    });
  });
});
