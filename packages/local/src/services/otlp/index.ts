import { listen } from "../../shared/listen.ts";
import { otlpReceiver } from "./receiver.ts";
import { createTraceStore, type TraceStore } from "./store.ts";

export * from "./span.ts";
export type { TraceStore } from "./store.ts";

/** An OTLP receiver for the functions' spans, which stores the newest traces. */
export type Otlp = {
  /** OTEL_EXPORTER_OTLP_ENDPOINT: The path is `/v1/traces`. */
  endpoint: string;
  traces: TraceStore;
  close(): Promise<void>;
};

export async function startOtlp(preferredPort?: number): Promise<Otlp> {
  const traces = createTraceStore();
  const server = await listen(otlpReceiver(traces), preferredPort);
  return {
    endpoint: server.endpoint,
    traces,
    close: () => server.close(),
  };
}
