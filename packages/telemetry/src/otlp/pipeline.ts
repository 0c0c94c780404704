import type { Agent } from "node:http";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import {
  createOtlpHttpExportDelegate,
  httpAgentFactoryFromOptions,
} from "@opentelemetry/otlp-exporter-base/node-http";
import { JsonTraceSerializer, TraceExporterMetricsHelper } from "@opentelemetry/otlp-transformer";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from "@opentelemetry/sdk-trace";
import { failureOf } from "../trace/span.ts";
import type { Destination } from "./destination.ts";
import type { Pipeline } from "./exporter.ts";
import { createRecorder } from "./recorder.ts";

// This loads the SDK. It is imported by `import()` alone, for the first trace that is kept.

export type PipelineOptions = {
  /** The process's own name: `service.name`. */
  service: string;
  destination: Destination;
  /** Called for spans that are lost, with a reason that quotes nothing of them. */
  onDropped(spans: number, reason: string): void;
  /** How long a request may take, its retries included. @default 3_000 */
  timeoutMilliseconds?: number;
  /** How long a collector that failed is left alone. @default 30_000 */
  restMilliseconds?: number;
};

const BATCH = 512;
// More than this in the queue and on their way means that the collector is slower than the process.
const MOST_WAITING = 4 * BATCH;
const EVERY_MILLISECONDS = 250;

/**
 * The SDK's batches and its OTLP exporter, which tries again what may be tried again. A collector that
 * fails for good loses the batch and is left alone for half a minute: one that is gone costs the
 * exporter's bound at most once in that time.
 */
export function createPipeline({
  service,
  destination,
  onDropped,
  timeoutMilliseconds = 3_000,
  restMilliseconds = 30_000,
}: PipelineOptions): Pipeline {
  let waiting = 0;
  const underway = new Set<Promise<void>>();
  let restsUntil = Number.NEGATIVE_INFINITY;
  const openAgent = httpAgentFactoryFromOptions({ keepAlive: true });
  let agent: ReturnType<typeof openAgent> | undefined;

  /** Each request has its own delegate, because its headers may sign its body. */
  async function send(spans: ReadableSpan[]): Promise<void> {
    if (performance.now() < restsUntil) return onDropped(spans.length, "collector.resting");

    const body = JsonTraceSerializer.serializeRequest(spans) ?? new Uint8Array();
    let rejected = 0;
    const delegate = createOtlpHttpExportDelegate(
      {
        url: destination.url,
        headers: () => destination.headers(body),
        timeoutMillis: timeoutMilliseconds,
        concurrencyLimit: 1,
        compression: CompressionAlgorithm.NONE,
        agentFactory: (protocol): Promise<Agent> | Agent => {
          agent ??= openAgent(protocol);
          return agent;
        },
      },
      {
        serializeRequest: () => body,
        deserializeResponse(data: Uint8Array) {
          const { partialSuccess } = JsonTraceSerializer.deserializeResponse(data);
          rejected = Number(partialSuccess?.rejectedSpans ?? 0);
          return {};
        },
      },
      "otlp_http_json_span_exporter",
      TraceExporterMetricsHelper,
      undefined,
    );
    const { error } = await new Promise<ExportResult>((resolve) => delegate.export(spans, resolve));
    if (error) {
      restsUntil = performance.now() + restMilliseconds;
      onDropped(spans.length, `collector.${reasonOf(error)}`);
    } else if (rejected > 0) onDropped(rejected, "collector.rejected");
  }

  const post: SpanExporter["export"] = (spans, done) => {
    const sent = send(spans)
      .catch((error: Error) => onDropped(spans.length, reasonOf(error)))
      .finally(() => {
        waiting -= spans.length;
        underway.delete(sent);
        done({ code: ExportResultCode.SUCCESS });
      });
    underway.add(sent);
  };

  const processor = new BatchSpanProcessor({
    exporter: { export: post, shutdown: async () => {} },
    maxExportBatchSize: BATCH,
    maxQueueSize: MOST_WAITING,
    scheduledDelayMillis: EVERY_MILLISECONDS,
  });
  const record = createRecorder(service, processor);

  return {
    add(work) {
      if (work.lost > 0) onDropped(work.lost, "work.too_many");
      if (waiting + work.spans.length > MOST_WAITING) {
        return onDropped(work.spans.length, "collector.slow");
      }
      waiting += work.spans.length;
      record(work);
    },
    async flush() {
      await processor.forceFlush();
      // What the timer has sent is not the processor's to wait for.
      await Promise.all(underway);
    },
  };
}

const UNNAMED = new Set(["Error", "OTLPExporterError"]);

/** A code, or the error's class: a message may quote what was sent. */
function reasonOf(error: Error & { code?: unknown }): string {
  if (typeof error.code === "number") return String(error.code);
  const name = failureOf(error);
  return UNNAMED.has(name) ? "unavailable" : name;
}
