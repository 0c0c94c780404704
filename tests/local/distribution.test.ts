import { brotliDecompressSync } from "node:zlib";
import { expect, it } from "vitest";
import { brokenCode } from "../../packages/local/src/front/broken-code.ts";
import {
  type Behavior,
  createDistribution,
  type Origin,
} from "../../packages/local/src/front/distribution.ts";
import { createViewerFunction } from "../../packages/local/src/front/viewer-function.ts";
import { type FrontRequest, json } from "../../packages/local/src/http/message.ts";

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
  caches: false,
  compresses: false,
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

it("chooses a behavior by path, the default one last", async () => {
  const site = behavior({ origin: echo("site") });
  const behaviors = [behavior({ pathPattern: "/v1/*" }), site];
  expect((await ask(behaviors)).seen.id).toBe("api");
  expect((await ask(behaviors, { path: "/V1/projects" })).seen.id).toBe("site");
  expect((await ask(behaviors, { path: "/" }, "index.html")).seen.path).toBe("/index.html");
});

it("replaces an origin secret sent by the viewer", async () => {
  const headers = new Map([["x-origin-secret", ["forged", "twice"]]]);
  expect((await ask([behavior()], { headers })).seen.headers["x-origin-secret"]).toEqual(["right"]);
});

it("does not forward the viewer's Host, and forwards only the path without an origin request policy", async () => {
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

it("returns 403 for a method that the behavior does not allow", async () => {
  expect((await ask([behavior()], { method: "DELETE" })).status).toBe(403);
});

it("adds missing response headers, and replaces existing ones with override", async () => {
  const added = (name: string, override: boolean) => ({ name, value: "policy", override });
  const answer = (override: boolean) =>
    ask([
      behavior({ responseHeaders: [added("x-note", override), added("content-type", override)] }),
    ]);
  expect((await answer(false)).headers).toEqual([
    ["content-type", "application/json"],
    ["x-note", "policy"],
  ]);
  expect((await answer(true)).headers).toEqual([
    ["x-note", "policy"],
    ["content-type", "policy"],
  ]);
});

it("keeps the policy of a local page that replaces one of the product's", async () => {
  const accept = new Map([["accept", ["text/html"]]]);
  const broken: Origin = {
    ...echo("api"),
    handle: async (request) => brokenCode("api", "index.ts:1:1: no", request),
  };
  const added = { name: "content-security-policy", value: "default-src 'none'", override: true };
  const given = behavior({ origin: broken, responseHeaders: [added] });
  const policyFor = async (headers: FrontRequest["headers"]) =>
    new Map((await ask([given], { headers })).headers).get("content-security-policy");
  for (const source of ["style-src", "script-src", "connect-src"]) {
    expect(await policyFor(accept)).toContain(`${source} 'self'`);
  }
  expect(await policyFor(new Map())).toBe("default-src 'none'"); // what a program gets is the product's
});

const page = (body: string): Origin => ({
  ...echo("site"),
  handle: async () => ({
    status: 200,
    headers: [
      ["content-type", "text/html; charset=utf-8"],
      ["etag", '"tag"'],
      ["cache-control", "no-cache"],
    ],
    body: Buffer.from(body),
  }),
});
const cached = { origin: page("<p>".repeat(1000)), caches: true, compresses: true };
const asking = (name: string, value: string) => ({ headers: new Map([[name, [value]]]) });

it("returns 304 for a current copy of a cached response, with weak or strong ETags", async () => {
  for (const known of ['"tag"', 'W/"tag"', '"other", W/"tag"', "*"]) {
    const { status, headers, body } = await ask([behavior(cached)], asking("if-none-match", known));
    expect([status, body]).toEqual([304, ""]);
    expect(new Map(headers).get("cache-control")).toBe("no-cache");
  }
  expect((await ask([behavior(cached)], asking("if-none-match", '"old"'))).status).toBe(200);
  const never = behavior({ ...cached, caches: false });
  expect((await ask([never], asking("if-none-match", '"tag"'))).status).toBe(200);
});

it("compresses a page for a viewer that accepts it, and weakens its ETag", async () => {
  const whole = await ask([behavior(cached)]);
  const brotli = await ask([behavior(cached)], asking("accept-encoding", "gzip, deflate, br"));
  expect(brotliDecompressSync(brotli.body as Buffer)).toEqual(whole.body);
  const headers = new Map(brotli.headers);
  expect([headers.get("content-encoding"), headers.get("etag")]).toEqual(["br", 'W/"tag"']);
  const gzip = await ask([behavior(cached)], asking("accept-encoding", "gzip"));
  expect(new Map(gzip.headers).get("content-encoding")).toBe("gzip");

  const short = behavior({ ...cached, origin: page("<p>") });
  const given = await ask([short], asking("accept-encoding", "br"));
  expect(new Map(given.headers).get("content-encoding")).toBeUndefined();
});

const withFunction = (code: string) =>
  behavior({ onRequest: createViewerFunction("viewer", code) });

const LOST = `function handler(event) {
  event.response.statusCode = event.request.uri === "/v1/projects" ? 404 : 418;
  event.response.headers["x-seen"] = { value: String(event.response.body) };
  return event.response;
}`;

it("lets a viewer-response function change the status, with the viewer's original request", async () => {
  const rewrite = `function handler(event) { event.request.uri = "/404.html"; return event.request; }`;
  const both = behavior({
    ...cached,
    onRequest: createViewerFunction("in", rewrite),
    onResponse: createViewerFunction("out", LOST),
  });
  const { status, body, headers } = await ask([both]);
  expect([status, String(body)]).toEqual([404, "<p>".repeat(1000)]);
  expect(new Map(headers).get("x-seen")).toBe("undefined"); // a body is not shown to a function
});

it("runs no viewer-response function on an origin's error", async () => {
  const failing: Origin = { ...echo("site"), handle: async () => json(403, {}) };
  const onResponse = createViewerFunction("out", LOST);
  expect((await ask([behavior({ origin: failing, onResponse })])).status).toBe(403);
});

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

it("lets a viewer function respond by itself", async () => {
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
])("returns CloudFront's error when a viewer function %s", async (_, code, status) => {
  expect((await ask([withFunction(code)])).status).toBe(status);
});
