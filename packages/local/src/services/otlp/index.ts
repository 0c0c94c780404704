import { listen } from "../protocol/listen.ts";
import { otlpReceiver } from "./receiver.ts";
import { createTraceStore, type TraceStore } from "./store.ts";

export * from "./span.ts";
export type { TraceStore } from "./store.ts";

/** Where functions send their spans: an OTLP receiver that keeps the newest traces. */
export type Otlp = {
  /** OTEL_EXPORTER_OTLP_ENDPOINT: `/v1/traces` is below it. */
  endpoint: string;
  traces: TraceStore;
  close(): Promise<void>;
};

export async function startOtlp(preferredPort?: number): Promise<Otlp> {
  const traces = createTraceStore();
  const server = await listen(otlpReceiver(traces), preferredPort);
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    traces,
    close: () => server.close(),
  };
}
