/** An attribute value of OTLP as JSON. Bytes are base64. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | AttributeValue[]
  | { [key: string]: AttributeValue };

export type SpanAttributes = Record<string, AttributeValue>;

export type SpanKind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";

/** A received OpenTelemetry span. Times are Unix milliseconds with a fraction (about 0.25 µs). */
export type OtlpSpan = {
  /** 32 lower-case hex digits. */
  traceId: string;
  /** 16 lower-case hex digits. */
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  kind: SpanKind;
  /** `service.name` of the resource. */
  service: string;
  start: number;
  end: number;
  attributes: SpanAttributes;
  resource: SpanAttributes;
  events: { name: string; at: number; attributes: SpanAttributes }[];
  links: { traceId: string; spanId: string }[];
  status: { code: "unset" | "ok" | "error"; message: string };
};

/** A value as text. Not by `toString`, which a received object may override. */
export const asText = (value: AttributeValue): string =>
  typeof value === "string" ? value : JSON.stringify(value);
