import { expect, it } from "vitest";
import { createHttpApi } from "../../packages/local/src/front/http-api.ts";
import { matchRoute } from "../../packages/local/src/front/routes.ts";
import type { FrontRequest } from "../../packages/local/src/http/message.ts";
import type { LambdaFunction } from "../../packages/local/src/lambda/function.ts";
import {
  failure,
  type InvocationResult,
} from "../../packages/local/src/lambda/invocation-result.ts";

const request = (given: Partial<FrontRequest> = {}): FrontRequest => ({
  method: "GET",
  path: "/v1/projects",
  query: "",
  headers: new Map(),
  ip: "127.0.0.1",
  body: Buffer.alloc(0),
  ...given,
});

/** An API whose function returns what `answer` returns. */
function api(answer: (event: unknown) => unknown, timeoutMilliseconds = 1_000) {
  const invoke = async (event: unknown): Promise<InvocationResult> => {
    const result = await answer(event);
    const failed = typeof result === "object" && result !== null && "errorType" in result;
    if (failed) return result as InvocationResult;
    return { ok: true, payload: JSON.stringify(result) ?? "null" };
  };
  const made = createHttpApi({ id: "abc", region: "eu-central-1", account: "000000000000" });
  const target = { invoke } as unknown as LambdaFunction;
  made.routes.push({ key: "ANY /v1/{proxy+}", target: { target, timeoutMilliseconds } });
  return made;
}

async function eventFor(given: Partial<FrontRequest>) {
  let seen: unknown;
  await api((event) => {
    seen = event;
    return {};
  }).handle(request(given));
  return seen as Record<string, unknown> & { headers: Record<string, string> };
}

it("describes a request in payload format 2.0", async () => {
  const event = await eventFor({
    method: "POST",
    path: "/v1/a%20b/c",
    query: "tag=x&tag=y%26z&empty=",
    headers: new Map([
      ["content-type", ["application/json; charset=utf-8"]],
      ["cookie", ["a=1; b=2"]],
      ["x-twice", ["one", "two"]],
      ["user-agent", ["curl"]],
    ]),
    body: Buffer.from('{"ö":1}'),
  });
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "ANY /v1/{proxy+}",
    rawPath: "/v1/a b/c",
    rawQueryString: "tag=x&tag=y%26z&empty=",
    queryStringParameters: { tag: "x,y&z", empty: "" },
    pathParameters: { proxy: "a b/c" },
    cookies: ["a=1", "b=2"],
    body: '{"ö":1}',
    isBase64Encoded: false,
    requestContext: {
      accountId: "000000000000",
      apiId: "abc",
      stage: "$default",
      domainName: "abc.execute-api.eu-central-1.amazonaws.com",
      http: { method: "POST", path: "/v1/a b/c", sourceIp: "127.0.0.1", userAgent: "curl" },
      time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
  });
  expect(event.headers["x-twice"]).toBe("one,two");
  expect(event.headers.cookie).toBeUndefined();
  expect(event.headers["x-amzn-trace-id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
});

it("sends binary bodies and forms in base64", async () => {
  const body = Buffer.from([0, 255, 1]);
  for (const type of ["application/octet-stream", "application/x-www-form-urlencoded", ""]) {
    const headers = new Map(type ? [["content-type", [type]]] : []);
    const event = await eventFor({ method: "POST", headers, body });
    expect(event).toMatchObject({ body: body.toString("base64"), isBase64Encoded: true });
  }
  expect(await eventFor({})).toMatchObject({ isBase64Encoded: false });
});

it("converts a structured result into a response, with cookies and base64", async () => {
  const response = await api(() => ({
    statusCode: 201,
    headers: { "X-Custom": 7, "content-type": "image/png" },
    cookies: ["a=1; Path=/", "b=2"],
    body: Buffer.from([1, 2, 3]).toString("base64"),
    isBase64Encoded: true,
  })).handle(request());
  expect(response.status).toBe(201);
  expect(response.body).toEqual(Buffer.from([1, 2, 3]));
  expect(response.headers).toEqual(
    expect.arrayContaining([
      ["x-custom", "7"],
      ["set-cookie", "a=1; Path=/"],
      ["set-cookie", "b=2"],
    ]),
  );
});

it("uses a result without a status code as the body", async () => {
  const response = await api(() => ({ hello: "world" })).handle(request());
  expect([response.status, response.body]).toEqual([200, '{"hello":"world"}']);
  expect((await api(() => "text").handle(request())).body).toBe("text");
});

it.each([
  ["a failed function", failure("function", "TypeError", "secret"), 500, "Internal Server Error"],
  ["a timeout", failure("timeout", "Sandbox.Timedout", "secret"), 500, "Internal Server Error"],
  ["a throttle", failure("throttled", "TooMany", "secret"), 503, "Service Unavailable"],
  ["an invalid status code", { statusCode: "nonsense" }, 500, "Internal Server Error"],
  ["a body that is not text", { statusCode: 200, body: {} }, 500, "Internal Server Error"],
])("responds to %s as API Gateway does", async (_, answer, status, message) => {
  const response = await api(() => answer).handle(request());
  expect([response.status, response.body]).toEqual([status, JSON.stringify({ message })]);
});

it("does not wait longer than its integration's timeout", async () => {
  const response = await api(() => new Promise(() => {}), 20).handle(request());
  expect(response.status).toBe(503);
});

it("refuses unknown routes, malformed paths and oversized requests", async () => {
  const made = api(() => ({}));
  expect((await made.handle(request({ path: "/v2/x" }))).status).toBe(404);
  expect((await made.handle(request({ path: "/v1/" }))).status).toBe(404);
  expect((await made.handle(request({ path: "/v1/%zz" }))).status).toBe(400);
  const large = Buffer.alloc(7 * 1024 * 1024);
  expect((await made.handle(request({ method: "POST", body: large }))).status).toBe(413);
});

it("chooses the most specific route", () => {
  const keys = ["$default", "ANY /{proxy+}", "ANY /pets/{id}", "GET /pets/{id}", "GET /pets/new"];
  const routes = keys.map((key) => ({ key, target: key }));
  const chosen = (method: string, path: string) => matchRoute(routes, method, path)?.route.key;
  expect(chosen("GET", "/pets/new")).toBe("GET /pets/new");
  expect(chosen("GET", "/pets/7")).toBe("GET /pets/{id}");
  expect(chosen("PUT", "/pets/7")).toBe("ANY /pets/{id}");
  expect(chosen("GET", "/pets/7/toys")).toBe("ANY /{proxy+}");
  expect(chosen("GET", "/")).toBe("$default");
});
