import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { inWork } from "@bulkhead/telemetry";
import { context, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createBatch } from "../../packages/telemetry/src/otlp/batch.ts";
import { createExporter } from "../../packages/telemetry/src/otlp/exporter.ts";
import { newSpan } from "../../packages/telemetry/src/trace/span.ts";
import type { Work } from "../../packages/telemetry/src/trace/work.ts";
import { collector } from "./collector.ts";
import { exporting } from "./support.ts";

const work = { name: "sweep", kind: "consumer", scope: "sweep", requestId: "r-1" } as const;
const ask = () => inWork(work, async () => {});

const waitFor = (what: () => unknown) => expect.poll(what).toBeTruthy();

/** A work with so many spans. */
const spans = (count: number) =>
  ({
    zero: 0,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    sampled: true,
    scope: "sweep",
    requestId: "r",
    spans: Array.from({ length: count }, () => newSpan("step", "internal", undefined)),
    lost: 0,
  }) as unknown as Work;

describe("spans", () => {
  it("are written as OpenTelemetry's own serializer writes them", async () => {
    const memory = new InMemorySpanExporter();
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ "service.name": "api", "service.namespace": "bulkhead" }),
      spanProcessors: [new SimpleSpanProcessor({ exporter: memory })],
    });
    const remote = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    };
    const zero = 1_795_000_000_000;
    const theirs = provider.getTracer("bulkhead").startSpan(
      'GET "/v1/é"',
      {
        kind: SpanKind.SERVER,
        startTime: zero + 1.5,
        attributes: { "tenant.id": "t", "request.id": "r", "http.response.status_code": 500 },
        links: [{ context: { ...remote, spanId: "00f067aa0ba902b7" } }],
      },
      trace.setSpanContext(context.active(), remote),
    );
    theirs.setStatus({ code: SpanStatusCode.ERROR, message: "internal" });
    theirs.end(zero + 9.25);
    const [span] = memory.getFinishedSpans();
    if (!span) throw new Error("The SDK ended no span.");

    const ours = newSpan(
      'GET "/v1/é"',
      "server",
      remote.spanId,
      { "http.response.status_code": 500 },
      1.5,
    );
    Object.assign(ours, {
      id: span.spanContext().spanId,
      endedAt: 9.25,
      failure: "internal",
      parentIsRemote: true,
      link: { traceId: remote.traceId, spanId: "00f067aa0ba902b7", sampled: true },
    });
    const whole = {
      zero,
      traceId: remote.traceId,
      sampled: true,
      tenantId: "t",
      requestId: "r",
      spans: [ours],
    };

    const expected = JSON.parse(
      new TextDecoder().decode(JsonTraceSerializer.serializeRequest([span])),
    );
    const batch = createBatch("api");
    batch.add(whole as unknown as Work);
    expect(plainly(JSON.parse(batch.take().toString()))).toEqual(plainly(expected));
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

  it("wait as bytes, which stay as they are while they are sent and more come", () => {
    const batch = createBatch("api");
    const wordy = { ...spans(1), tracestate: `vendor=${"é".repeat(100_000)}` } as Work;
    batch.add(wordy);
    const first = batch.take();
    const before = first.toString();
    for (let more = 0; more < 3; more++) batch.add(spans(2));
    const second = JSON.parse(batch.take().toString());
    expect(first.toString()).toBe(before);
    expect(JSON.parse(before).resourceSpans[0].scopeSpans[0].spans).toMatchObject([
      { traceState: wordy.tracestate },
    ]);
    expect(second.resourceSpans[0].scopeSpans[0].spans).toHaveLength(6);
  });

  it("keep nobody waiting where so many come that the next are about to", async () => {
    const answers: (() => void)[] = [];
    const { settle } = createExporter({
      service: "api",
      post: () => new Promise((resolve) => answers.push(() => resolve(0))),
      onDropped: () => {},
      everyMilliseconds: 60_000,
      boundMilliseconds: 60_000,
    });
    const first = settle(spans(1));
    let isOver = false;
    void first.then(() => {
      isOver = true;
    });
    await setImmediate();
    expect([answers.length, isOver]).toEqual([1, false]);
    answers[0]?.();
    await first;

    await settle(spans(600));
    await waitFor(() => answers.length === 2);
  });

  it("go at once where their time is over by the end of the request before them", async () => {
    const answers: (() => void)[] = [];
    const { settle } = createExporter({
      service: "api",
      post: () => new Promise((resolve) => answers.push(() => resolve(0))),
      onDropped: () => {},
      everyMilliseconds: 1,
    });
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    onTestFinished(() => void process.off("warning", warned));

    void settle(spans(1));
    await waitFor(() => answers.length === 1);
    await sleep(20);
    void settle(spans(1));
    answers[0]?.();
    await waitFor(() => answers.length === 2);
    await sleep(20); // a warning is said after what it warns of
    expect(warnings).toEqual([]);
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
    expect(
      told()
        .slice(1)
        .every(({ reason }) => reason === "collector.resting"),
    ).toBe(true);
  });

  it("says nothing holds an answer up no longer than the bound", async () => {
    const sink = await collector();
    const told = dropped();
    sink.manner.silent = true;
    exporting(sink.endpoint, "sweeper");
    await ask();
    await waitFor(() => sink.requests.length === 1);
    // It has not been given up yet, and nobody waits for it.
    await ask();
    vi.restoreAllMocks();
    expect(told()).toEqual([]);
  });

  it("answers 503 is asked again when it says, and one that refuses a part is believed", async () => {
    const told = dropped();
    const sink = await collector();
    const { flush } = exporting(sink.endpoint, "sweeper");
    sink.manner.body = JSON.stringify({
      partialSuccess: { rejectedSpans: "3", errorMessage: "hunter2" },
    });
    await ask();
    expect(told().at(-1)).toMatchObject({ SpansDropped: 3, reason: "collector.rejected" });
    sink.manner.status = 503;
    sink.manner.headers = { "retry-after": "1" };
    await ask();
    await flush();
    expect(told().at(-1)).toMatchObject({ SpansDropped: 1, reason: "collector.503" });

    sink.manner.status = 200;
    sink.manner.body = "{}";
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    const before = sink.spans().length;
    await ask();
    await flush();
    vi.restoreAllMocks();
    expect(sink.spans()).toHaveLength(before + 1);
    expect(JSON.stringify(told())).not.toContain("hunter2");
  });
});

/** Without the ways in which JSON may write the same: numbers as text, empty fields left out, order of attributes. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plainly).sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  }
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .map(([name, field]) => [name, plainly(field)] as const)
    .filter(([name, field]) => field !== undefined && !DEFAULTS[name]?.includes(field as never))
    .filter(([, field]) => !(Array.isArray(field) && field.length === 0));
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}
const keyOf = (value: unknown) => String((value as { key?: unknown } | null)?.key ?? "");
const DEFAULTS: Record<string, string[]> = {
  droppedAttributesCount: ["0"],
  droppedEventsCount: ["0"],
  droppedLinksCount: ["0"],
};
