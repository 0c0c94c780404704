import { Refusal, type RefusalKind } from "@bulkhead/core/error";
import { limitBody, notFound, problem, type RequestEnv, requestId, STATUS } from "@bulkhead/http";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { describe, expect, it } from "vitest";

/** An app whose only route throws `error`. */
const throwing = (error: Error) =>
  new Hono<RequestEnv>()
    .onError(problem)
    .notFound(notFound)
    .use(requestId)
    .get("/", () => {
      throw error;
    });

describe("a refusal", () => {
  it("has one status for each kind, and is told in full", async () => {
    for (const [kind, status] of Object.entries(STATUS) as [RefusalKind, number][]) {
      const refusal = new Refusal(kind, "thing.reason", "Do this.", { retryAfterSeconds: 3 });
      const response = await throwing(refusal).request("/", { headers: { "x-request-id": "r-1" } });

      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(response.headers.get("retry-after")).toBe("3");
      expect(await response.json()).toEqual({
        type: "/problems/thing.reason",
        title: expect.stringMatching(/^[A-Z]/),
        status,
        code: "thing.reason",
        detail: "Do this.",
        request_id: "r-1",
      });
    }
  });

  it("of Hono's own reads like ours", async () => {
    const error = new HTTPException(400, { message: "Malformed JSON in request body" });
    const response = await throwing(error).request("/");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "request.invalid", title: "Bad Request" });
  });
});

describe("a bug", () => {
  it("reveals nothing but the number to quote", async () => {
    for (const error of [
      new TypeError("secret of the service"),
      new HTTPException(500, { message: "secret of the service" }),
      Object.assign(new Error("secret of the service"), { code: "42P01" }),
    ]) {
      const response = await throwing(error).request("/", { headers: { "x-request-id": "r-1" } });
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).not.toContain("secret");
      expect(JSON.parse(text)).toMatchObject({ code: "internal", request_id: "r-1" });
    }
  });

  it("is not what a database in trouble is: the caller may come back", async () => {
    for (const code of ["08006", "57P01", "57P03", "53300", "57014", "ECONNREFUSED"]) {
      const wrapped = new Error("Failed query", { cause: Object.assign(new Error("x"), { code }) });
      const response = await throwing(wrapped).request("/");
      expect(response.status, code).toBe(503);
      expect(response.headers.get("retry-after")).toBe("5");
    }
  });
});

describe("a request", () => {
  it("is named by its caller if the name is sane", async () => {
    const app = new Hono<RequestEnv>().use(requestId).get("/", (c) => c.text(c.get("requestId")));
    const nameFor = async (given?: string) => {
      const response = await app.request("/", given ? { headers: { "x-request-id": given } } : {});
      expect(response.headers.get("x-request-id")).toBe(await response.text());
      return response.headers.get("x-request-id");
    };

    expect(await nameFor("from-the_caller.1")).toBe("from-the_caller.1");
    for (const odd of ["a|b", "a b", "x".repeat(65), "ü"]) {
      expect(await nameFor(odd)).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(await nameFor()).not.toBe(await nameFor());
  });

  it("to nowhere is a problem too", async () => {
    const response = await throwing(new Error()).request("/nowhere");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "route.missing" });
  });

  it("with too much of a body is the caller's to mend", async () => {
    const app = new Hono<RequestEnv>()
      .onError(problem)
      .use(requestId)
      .use(limitBody(10))
      .post("/", async (c) => c.text(await c.req.text()));
    const post = (body: string) => app.request("/", { method: "POST", body });

    expect((await post("{}")).status).toBe(200);
    expect((await post(`"${"x".repeat(10)}"`)).status).toBe(413);
  });
});
