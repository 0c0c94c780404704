import { expect, it } from "vitest";
import {
  type Behavior,
  createDistribution,
  type Origin,
} from "../../packages/local/src/front/distribution.ts";
import { type FrontRequest, json } from "../../packages/local/src/front/message.ts";
import { createViewerFunction } from "../../packages/local/src/front/viewer-function.ts";

/** An origin that answers with the request that reached it. */
const echo = (id: string): Origin => ({
  id,
  customHeaders: [["X-Origin-Secret", "right"]],
  handle: async ({ method, path, query, headers }) =>
    json(200, { id, method, path, query, headers: Object.fromEntries(headers) }),
});

const behavior = (given: Partial<Behavior> = {}): Behavior => ({
  pathPattern: "*",
  origin: echo("api"),
  allowedMethods: ["GET", "POST"],
  forwards: "everything",
  responseHeaders: [],
  ...given,
});

const ask = async (behaviors: Behavior[], given: Partial<FrontRequest> = {}, root?: string) => {
  const distribution = createDistribution({
    id: "E1",
    domainName: "d1.cloudfront.net",
    behaviors,
    ...(root && { defaultRootObject: root }),
  });
  const response = await distribution.handle({
    method: "GET",
    path: "/v1/projects",
    query: "a=1&b=2",
    headers: new Map([["host", ["127.0.0.1:3000"]]]),
    ip: "127.0.0.1",
    body: Buffer.alloc(0),
    ...given,
  });
  const text = String(response.body);
  return { ...response, seen: text.startsWith("{") ? JSON.parse(text) : text };
};

it("chooses a behaviour by path, the default one last", async () => {
  const site = behavior({ origin: echo("site") });
  const behaviors = [behavior({ pathPattern: "/v1/*" }), site];
  expect((await ask(behaviors)).seen.id).toBe("api");
  expect((await ask(behaviors, { path: "/V1/projects" })).seen.id).toBe("site");
  expect((await ask(behaviors, { path: "/" }, "index.html")).seen.path).toBe("/index.html");
});

it("replaces an origin secret that the viewer made up", async () => {
  const headers = new Map([["x-origin-secret", ["forged", "twice"]]]);
  expect((await ask([behavior()], { headers })).seen.headers["x-origin-secret"]).toEqual(["right"]);
});

it("keeps the viewer's Host from the origin, and with a bare behaviour everything else too", async () => {
  const headers = new Map([
    ["host", ["127.0.0.1:3000"]],
    ["cookie", ["a=1"]],
  ]);
  const whole = await ask([behavior()], { headers });
  expect(whole.seen.headers).toMatchObject({ cookie: ["a=1"], "x-forwarded-for": ["127.0.0.1"] });
  expect(whole.seen.headers.host).toBeUndefined();
  const bare = await ask([behavior({ forwards: "nothing" })], { headers });
  expect([bare.seen.query, bare.seen.headers.cookie]).toEqual(["", undefined]);
});

it("answers 403 for a method that the behaviour does not allow", async () => {
  expect((await ask([behavior()], { method: "DELETE" })).status).toBe(403);
});

it("adds response headers where the origin gave none", async () => {
  const responseHeaders: [string, string][] = [
    ["x-frame-options", "DENY"],
    ["content-type", "x"],
  ];
  const { headers } = await ask([behavior({ responseHeaders })]);
  expect(headers).toEqual([
    ["content-type", "application/json"],
    ["x-frame-options", "DENY"],
  ]);
});

const withFunction = (code: string) =>
  behavior({ viewerFunction: createViewerFunction("viewer", code) });

it("runs the viewer function's own code on the request", async () => {
  const code = `function handler(event) {
    var request = event.request;
    request.headers["x-forwarded-host"] = { value: request.headers.host.value };
    request.headers["x-viewer-ip"] = { value: event.viewer.ip };
    request.headers["x-note"] = { value: request.cookies.a.value + request.querystring.b.value };
    request.uri = "/index.html";
    return request;
  }`;
  const headers = new Map([
    ["host", ["127.0.0.1:3000"]],
    ["cookie", ["a=1; c=3"]],
    ["x-forwarded-host", ["forged"]],
  ]);
  const { seen } = await ask([withFunction(code)], { headers });
  expect(seen).toMatchObject({ path: "/index.html", query: "a=1&b=2" });
  expect(seen.headers).toMatchObject({
    "x-forwarded-host": ["127.0.0.1:3000"],
    "x-viewer-ip": ["127.0.0.1"],
    "x-note": ["12"],
    cookie: ["a=1; c=3"],
  });
});

it("lets a viewer function answer by itself", async () => {
  const code = `function handler() { return { statusCode: 302, headers: { location: { value: "/new" } } }; }`;
  const response = await ask([withFunction(code)]);
  expect([response.status, response.headers]).toEqual([302, [["location", "/new"]]]);
});

it.each([
  ["throws", `function handler() { throw new Error("no"); }`, 503],
  ["never ends", `function handler() { while (true); }`, 503],
  ["reaches for Node", `function handler() { return process.env; }`, 503],
  ["makes code from text", `function handler() { return eval("1"); }`, 503],
  ["returns nothing", `function handler() {}`, 502],
  [
    "sets Host",
    `function handler(e) { e.request.headers.host = { value: "x" }; return e.request; }`,
    502,
  ],
  [
    "sets what is CloudFront's",
    `function handler(e) { e.request.headers["x-real-ip"] = { value: "x" }; return e.request; }`,
    502,
  ],
])("answers with an error of CloudFront's when a viewer function %s", async (_, code, status) => {
  expect((await ask([withFunction(code)])).status).toBe(status);
});
