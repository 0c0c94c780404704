import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { adopt, annotate, failed, inWork, setIdentity } from "@bulkhead/telemetry";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { optionsOf } from "../../infra/build/bundle.ts";
import { createExporter } from "../../packages/telemetry/src/otlp/exporter.ts";
import { createPipeline } from "../../packages/telemetry/src/otlp/pipeline.ts";
import { newSpan } from "../../packages/telemetry/src/trace/span.ts";
import type { Work } from "../../packages/telemetry/src/trace/work.ts";
import { collector, spansIn } from "./collector.ts";
import { exporting } from "./support.ts";

const work = { name: "sweep", kind: "consumer", scope: "sweep", requestId: "r-1" } as const;
const ask = () => inWork(work, async () => {});

// The exporter tries again for three seconds before it gives a batch up.
const waitFor = (what: () => unknown) => expect.poll(what, { timeout: 8_000 }).toBeTruthy();

/** A work with so many spans. */
const spans = (count: number) =>
  ({
    zero: Date.now() - performance.now(),
    traceId: "0af7651916cd43dd8448eb211c80319c",
    sampled: true,
    scope: "sweep",
    requestId: "r",
    spans: Array.from({ length: count }, () => newSpan("step", "internal", undefined)),
    lost: 0,
  }) as unknown as Work;

/** A pipeline to a collector of the test's own, and what it has dropped. */
function pipelineTo(endpoint: string) {
  const dropped: [number, string][] = [];
  const pipeline = createPipeline({
    service: "api",
    destination: {
      url: `${endpoint}/v1/traces`,
      headers: async () => ({ "content-type": "application/json" }),
    },
    onDropped: (count, reason) => dropped.push([count, reason]),
  });
  return { ...pipeline, dropped };
}

describe("spans", () => {
  it("arrive with everything that OTLP's JSON has for them", async () => {
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "api");
    const remote = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      sampled: true,
    };
    const tenantId = "11111111-1111-4111-8111-111111111111";
    const begun = BigInt(Date.now()) * 1_000_000n;
    const options = { ...work, name: 'GET "/v1/é"', kind: "server", parent: remote } as const;
    await inWork({ ...options, tracestate: "rojo=1,congo=2" }, async () => {
      setIdentity({ tenantId, actor: "user:1", jobId: "j-1" });
      annotate({ "http.response.status_code": 500 });
      adopt(`00-${remote.traceId}-00f067aa0ba902b7-01`);
      failed({ code: "internal" });
    });
    await flush();

    const [group] = JSON.parse(sink.requests[0]?.body ?? "").resourceSpans;
    const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    expect(group.resource.attributes).toEqual([
      text("service.name", "api"),
      text("service.namespace", "bulkhead"),
    ]);
    const [span] = group.scopeSpans[0].spans;
    expect(span).toMatchObject({
      traceId: remote.traceId,
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      parentSpanId: "00f067aa0ba902b7",
      traceState: "rojo=1,congo=2",
      // Sampled, and a parent in another process.
      flags: 0x301,
      name: 'GET "/v1/é"',
      kind: 2,
      status: { code: 2, message: "internal" },
      links: [{ traceId: remote.traceId, spanId: remote.spanId, flags: 0x301 }],
    });
    expect(span.attributes).toEqual([
      text("tenant.id", tenantId),
      text("request.id", "r-1"),
      text("job.id", "j-1"),
      { key: "http.response.status_code", value: { intValue: 500 } },
      text("bulkhead.actor", "user:1"),
    ]);
    const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
    expect(end).toBeGreaterThanOrEqual(start);
    expect(Number(start - begun) / 1e6).toBeCloseTo(0, -2);
  });

  it("go out with the work they belong to, and then in batches", async () => {
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "sweeper");
    await ask();
    await waitFor(() => sink.requests.length === 1);
    expect(sink.requests[0]).toMatchObject({
      path: "/v1/traces",
      headers: { "content-type": "application/json" },
    });

    for (let round = 0; round < 50; round++) await ask();
    await flush();
    expect(sink.requests.length).toBeLessThan(5);
    expect(sink.spans()).toHaveLength(51);
  });

  it("of nested works go out with the outer one, and none stays behind", async () => {
    const sink = await collector();
    exporting(sink.endpoint, "worker");
    await inWork({ ...work, name: "warm" }, async () => {});
    await sleep(300);
    const before = sink.requests.length;
    await inWork(work, async () => {
      await inWork({ ...work, name: "process" }, async () => {});
    });
    expect(sink.requests.length - before).toBe(1);
    const names = spansIn(sink.requests.at(-1)?.body ?? "").map(({ name }) => name);
    expect(names).toEqual(["process", "sweep"]);
  });

  it("delay no answer where works follow each other closely, however long that goes on", async () => {
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    onTestFinished(() => void vi.restoreAllMocks());
    const flushes: (() => void)[] = [];
    const added: Work[] = [];
    const exporter = createExporter({
      open: async () => ({
        add: (one) => added.push(one),
        flush: () => new Promise((resolve) => flushes.push(resolve)),
      }),
      onFailed: () => {},
      boundMilliseconds: 60_000,
    });
    const first = exporter.export(spans(1));
    let isOver = false;
    void first.then(() => {
      isOver = true;
    });
    await setImmediate();
    expect([flushes.length, isOver]).toEqual([1, false]);
    flushes[0]?.();
    await first;

    for (let round = 0; round < 20; round++) {
      clock += 100;
      await exporter.export(spans(1));
    }
    await waitFor(() => added.length === 21);
    expect(flushes).toHaveLength(1);
    clock += 250;
    void exporter.export(spans(1));
    await waitFor(() => flushes.length === 2);
  });

  it("that can't be exported fail no work", async () => {
    const errors: unknown[] = [];
    const missing = new Error("Cannot find module");
    const exporter = createExporter({
      open: () => Promise.reject(missing),
      onFailed: (error) => errors.push(error),
    });
    await exporter.export(spans(1));
    await exporter.export(spans(1));
    await setImmediate();
    await exporter.flush();
    expect(errors).toEqual([missing, missing, missing]);
  });

  it("that wait are sent by the time and by the number of them, without another work", async () => {
    const sink = await collector();
    const { add } = pipelineTo(sink.endpoint);
    add(spans(600));
    await waitFor(() => sink.spans().length === 512);
    await waitFor(() => sink.spans().length === 600);
  });

  it("carry the headers of a secret, which is read when they are needed", async () => {
    const sink = await collector();
    const asked: string[] = [];
    exporting(sink.endpoint, "sweeper", { OTLP_HEADERS_SECRET_ARN: "arn:secret" }, async (arn) => {
      asked.push(arn);
      return "x-honeycomb-team=k%3D1, x-dataset = product";
    });
    expect(asked).toEqual([]);
    await ask();
    expect(asked).toEqual(["arn:secret"]);
    await waitFor(() => sink.requests.length === 1);
    expect(sink.requests[0]?.headers).toMatchObject({
      "x-honeycomb-team": "k=1",
      "x-dataset": "product",
    });
  });
});

it("the SDK is loaded by the first trace that is kept, and by no function's start", async () => {
  const { metafile } = await build(optionsOf({ name: "api" }));
  const loaded = new Set([
    Object.keys(metafile.outputs).find((file) => file.endsWith("api/index.mjs")) ?? "",
  ]);
  for (const file of loaded) {
    for (const { path, kind } of metafile.outputs[file]?.imports ?? []) {
      if (kind === "import-statement") loaded.add(path);
    }
  }
  const inputs = [...loaded].flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}));
  expect(inputs).toContain("packages/telemetry/src/otlp/exporter.ts");
  expect(inputs.filter((input) => input.includes("@opentelemetry/"))).toEqual([]);
  expect(Object.keys(metafile.inputs)).toContain("packages/telemetry/src/otlp/pipeline.ts");
});

describe("a collector that", () => {
  const dropped = () => {
    const lines: Record<string, unknown>[] = [];
    const keep = (line: unknown) =>
      lines.push(
        ...String(line)
          .trim()
          .split("\n")
          .map((one) => JSON.parse(one)),
      ) > 0;
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation(keep);
    }
    return () => lines.filter((line) => "SpansDropped" in line);
  };

  it("is gone costs its spans, which are counted, and is then left alone", async () => {
    const told = dropped();
    const sink = await collector();
    sink.close();
    const { flush } = exporting(sink.endpoint, "sweeper");
    await ask();
    await waitFor(() => told().length);
    expect(told()[0]).toMatchObject({
      SpansDropped: 1,
      reason: "collector.ECONNREFUSED",
      scope: "exporter",
    });

    for (let round = 0; round < 200; round++) await ask();
    await flush();
    vi.restoreAllMocks();
    const later = told().slice(1);
    expect(later.length).toBeGreaterThan(0);
    expect(later.every(({ reason }) => reason === "collector.resting")).toBe(true);
  });

  it("says nothing holds an answer up no longer than the bound", async () => {
    const sink = await collector();
    const told = dropped();
    sink.manner.silent = true;
    const { flush } = exporting(sink.endpoint, "sweeper");
    await ask();
    await waitFor(() => sink.requests.length === 1);
    // It has not been given up yet, and no answer waits for it.
    await ask();
    expect(told()).toEqual([]);
    await flush();
    vi.restoreAllMocks();
    expect(told()[0]).toMatchObject({ SpansDropped: 1, reason: "collector.unavailable" });
  });

  it("answers 503 is asked again when it says, and loses no span", async () => {
    const told = dropped();
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "sweeper");
    sink.manner.status = 503;
    sink.manner.headers = { "retry-after": "1" };
    const begun = performance.now();
    await ask();
    await waitFor(() => sink.requests.length === 1);
    sink.manner.status = 200;
    await flush();
    vi.restoreAllMocks();
    expect(sink.requests).toHaveLength(2);
    expect(sink.requests[1]?.body).toBe(sink.requests[0]?.body);
    expect(performance.now() - begun).toBeGreaterThan(1_000);
    expect(told()).toEqual([]);
  });

  it("refuses a request or a part of it is believed, and not quoted", async () => {
    const told = dropped();
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "sweeper");
    sink.manner.body = JSON.stringify({
      partialSuccess: { rejectedSpans: "3", errorMessage: "hunter2" },
    });
    await ask();
    await flush();
    expect(told().at(-1)).toMatchObject({ SpansDropped: 3, reason: "collector.rejected" });
    sink.manner.status = 400;
    sink.manner.body = JSON.stringify({ message: "hunter2" });
    await ask();
    await flush();
    vi.restoreAllMocks();
    expect(told().at(-1)).toMatchObject({ SpansDropped: 1, reason: "collector.400" });
    expect(JSON.stringify(told())).not.toContain("hunter2");
  });

  it("is slower than the process has a backlog that ends", async () => {
    const sink = await collector();
    sink.manner.silent = true;
    const { add, dropped } = pipelineTo(sink.endpoint);
    for (let round = 0; round < 4; round++) add(spans(512));
    expect(dropped).toEqual([]);
    add(spans(3));
    expect(dropped).toEqual([[3, "collector.slow"]]);
  });

  it("has no readable key is sent nothing", async () => {
    const told = dropped();
    const sink = await collector();
    exporting(sink.endpoint, "sweeper", { OTLP_HEADERS_SECRET_ARN: "arn:secret" }, async () => {
      throw Object.assign(new Error("hunter2"), { name: "ResourceNotFoundException" });
    });
    await ask();
    await waitFor(() => told().length);
    vi.restoreAllMocks();
    expect(told()[0]).toMatchObject({ reason: "collector.ResourceNotFoundException" });
    expect(sink.requests).toEqual([]);
    expect(JSON.stringify(told())).not.toContain("hunter2");
  });
});
