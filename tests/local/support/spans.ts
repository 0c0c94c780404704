/** A span as OTLP's JSON carries it. */
export type SentSpan = Record<string, unknown>;

export const TRACE = "0af7651916cd43dd8448eb211c80319c";

let count = 0;

/** A good span, a millisecond long, with what a test wants to be different. */
export const span = (more: SentSpan = {}): SentSpan => ({
  traceId: TRACE,
  spanId: (++count).toString(16).padStart(16, "a"),
  name: "work",
  kind: 1,
  startTimeUnixNano: "1795662854748000000",
  endTimeUnixNano: "1795662854749000000",
  ...more,
});

export const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));

/** An ExportTraceServiceRequest of one service. */
export const request = (spans: SentSpan[], service = "api") => ({
  resourceSpans: [
    {
      resource: { attributes: attributes({ "service.name": service }) },
      scopeSpans: [{ scope: { name: "test" }, spans }],
    },
  ],
});

/** Sends a body to a receiver, as JSON unless the headers say otherwise. */
export const send = (
  endpoint: string,
  body: string | Uint8Array<ArrayBuffer> | object,
  headers: Record<string, string> = {},
) =>
  fetch(`${endpoint}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
