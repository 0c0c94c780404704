import { request as httpRequest } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { startOtlp } from "../../../packages/local/src/services/otlp/index.ts";
import type { OtlpSpan } from "../../../packages/local/src/services/otlp/span.ts";
import { createTraceStore } from "../../../packages/local/src/services/otlp/store.ts";
import { attributes, request, send, span, TRACE } from "../support/spans.ts";

async function receiver() {
  const otlp = await startOtlp();
  onTestFinished(otlp.close);
  return { ...otlp, post: send.bind(undefined, otlp.endpoint) };
}

it("stores a span with every field of OTLP's JSON", async () => {
  const { post, traces } = await receiver();
  const sent = span({
    traceId: TRACE.toUpperCase(), // hex digits may be either
    spanId: "00f067aa0ba902b7",
    parentSpanId: "00f067aa0ba902b6",
    kind: 3,
    startTimeUnixNano: "1795662854748250000",
    attributes: [
      { key: "db.response.returned_rows", value: { intValue: "120" } },
      { key: "big", value: { intValue: "9007199254740993" } },
      { key: "share", value: { doubleValue: 0.5 } },
      { key: "bytes", value: { bytesValue: "AQI=" } },
      { key: "list", value: { arrayValue: { values: [{ boolValue: true }, {}] } } },
      { key: "map", value: { kvlistValue: { values: attributes({ a: "b" }) } } },
    ],
    status: { code: 2, message: "no" },
    events: [{ name: "exception", timeUnixNano: "1795662854748500000" }],
    links: [{ traceId: TRACE, spanId: "00f067aa0ba902b5", somethingNew: 1 }],
    somethingNew: { from: "a later version" },
  });
  const answer = await post(request([sent]));
  expect([answer.status, await answer.json()]).toEqual([200, {}]);
  expect(traces.trace(TRACE)).toMatchObject([
    {
      traceId: TRACE,
      parentSpanId: "00f067aa0ba902b6",
      service: "api",
      kind: "client",
      start: 1_795_662_854_748.25,
      end: 1_795_662_854_749,
      attributes: {
        "db.response.returned_rows": 120,
        big: "9007199254740993",
        share: 0.5,
        bytes: "AQI=",
        list: [true, null],
        map: { a: "b" },
      },
      status: { code: "error", message: "no" },
      events: [{ name: "exception", at: 1_795_662_854_748.5 }],
      links: [{ traceId: TRACE, spanId: "00f067aa0ba902b5" }],
    },
  ]);
});

it("stores the valid spans of a request, and reports the others as a partial success", async () => {
  const { post, traces } = await receiver();
  const wrong = [
    { traceId: "no hex" },
    { traceId: "0".repeat(32) },
    { spanId: "12" },
    { startTimeUnixNano: "yesterday" },
    { endTimeUnixNano: undefined },
  ];
  const answer = await post(request([span(), ...wrong.map(span)]));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    partialSuccess: { rejectedSpans: "5", errorMessage: expect.stringContaining("32 hex digits") },
  });
  expect(traces.trace(TRACE)).toHaveLength(1);
});

it("treats attribute keys such as __proto__ as plain names", async () => {
  const { post, traces } = await receiver();
  await post(request([span({ attributes: attributes({ __proto__: "x", constructor: "y" }) })]));
  await post(request([span({ attributes: [{ key: "__proto__", value: { stringValue: "x" } }] })]));
  expect(({} as Record<string, unknown>).x).toBeUndefined();
  expect(traces.trace(TRACE)).toHaveLength(2);
});

it("accepts gzip, and refuses invalid, oversized and misdirected requests", async () => {
  const { post, endpoint, traces } = await receiver();
  const packed = gzipSync(JSON.stringify(request([span()])));
  expect((await post(packed, { "content-encoding": "gzip" })).status).toBe(200);
  expect(traces.trace(TRACE)).toHaveLength(1);

  const bomb = gzipSync(Buffer.alloc(5 * 1024 * 1024, " "));
  const status = async (...given: Parameters<typeof post>) => (await post(...given)).status;
  expect(await status(bomb, { "content-encoding": "gzip" })).toBe(413);
  expect(await status(Buffer.alloc(5 * 1024 * 1024, " "))).toBe(413);
  expect(await status("{")).toBe(400);
  expect(await status("[]")).toBe(400);
  expect(await status({ resourceSpans: 1 })).toBe(400);
  expect(await status("plain", { "content-encoding": "gzip" })).toBe(400);
  expect(await status("{}", { "content-encoding": "br" })).toBe(415);
  expect(await status("", { "content-type": "application/x-protobuf" })).toBe(415);
  expect((await fetch(`${endpoint}/v1/traces`)).status).toBe(405);
  expect((await fetch(`${endpoint}/v1/logs`, { method: "POST" })).status).toBe(404);
  expect(await (await post("{")).json()).toEqual({ message: "The body is not JSON." });
});

it("refuses browsers and foreign hosts", async () => {
  const { post, endpoint, traces } = await receiver();
  expect((await post(request([span()]), { origin: "http://127.0.0.1:3000" })).status).toBe(403);
  const { port } = new URL(endpoint);
  const rebound = await new Promise((resolve, reject) => {
    const headers = { host: `evil.example:${port}`, "content-type": "application/json" };
    httpRequest({ port, method: "POST", path: "/v1/traces", headers }, (answer) => {
      resolve(answer.resume().statusCode);
    })
      .on("error", reject)
      .end("{}");
  });
  expect(rebound).toBe(421);
  expect(traces.ids()).toEqual([]);
});

const kept = (traceId: string, spanId: string, name = ""): OtlpSpan =>
  ({ traceId, spanId, name, start: 0, end: 1, resource: {} }) as OtlpSpan;

it("evicts the least recently updated trace at its limits", () => {
  const few = createTraceStore({ traces: 2 });
  few.add([kept("a", "1"), kept("b", "1"), kept("a", "2"), kept("c", "1")]);
  expect(few.ids()).toEqual(["c", "a"]);

  const long = createTraceStore({ characters: 8_000 });
  for (let at = 0; at < 50; at++) long.add([kept(`${at}`, "1", "x".repeat(1_000))]);
  expect(long.ids()[0]).toBe("49");
  expect(long.size()).toBeLessThanOrEqual(8_000);
});

it("lets no trace evict all others, and stores a repeated span once", () => {
  const store = createTraceStore({ spans: 3, characters: 8_000 });
  expect(store.add(["1", "2", "3", "4"].map((id) => kept("a", id)))).toBe(1);
  expect(store.add([kept("a", "1", "again")])).toBe(0);
  expect(store.trace("a")?.map(({ name }) => name)).toContain("again");
  expect(store.trace("a")).toHaveLength(3);
  expect(store.add([kept("b", "1", "x".repeat(3_000))])).toBe(1);
});
