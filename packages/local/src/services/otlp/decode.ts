import { isObject } from "../../shared/json.ts";
import { inText, type OtlpSpan, type SpanAttributes, type SpanKind } from "./span.ts";
import {
  attributesOf,
  hexId,
  type JsonFields,
  milliseconds,
  objects,
  optionalHexId,
  SpanFault,
  text,
} from "./values.ts";

export type Decoded = { spans: OtlpSpan[]; rejected: number; why: string | undefined };

/**
 * Reads an ExportTraceServiceRequest in OTLP's JSON mapping. A span that is wrong is left out and
 * counted; fields that are not known are ignored, as the specification asks.
 *
 * @returns `undefined` for a body that is no such request
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function decodeTraces(body: unknown): Decoded | undefined {
  if (!isObject(body)) return undefined;
  const given = (body as JsonFields).resourceSpans;
  if (given !== undefined && !Array.isArray(given)) return undefined;

  const decoded: Decoded = { spans: [], rejected: 0, why: undefined };
  for (const group of objects(given)) {
    const resource = attributesOf(isObject(group.resource) ? group.resource.attributes : []);
    for (const scope of objects(group.scopeSpans)) {
      for (const span of objects(scope.spans)) take(decoded, span, resource);
    }
  }
  return decoded;
}

function take(decoded: Decoded, fields: JsonFields, resource: SpanAttributes): void {
  try {
    decoded.spans.push(spanOf(fields, resource));
  } catch (error) {
    if (!(error instanceof SpanFault)) throw error;
    decoded.rejected++;
    decoded.why ??= error.message;
  }
}

// In the order of their numbers.
const KINDS: SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUSES = ["unset", "ok", "error"] as const;

function spanOf(fields: JsonFields, resource: SpanAttributes): OtlpSpan {
  const status = isObject(fields.status) ? (fields.status as JsonFields) : {};
  return {
    traceId: hexId(fields, "traceId", 32),
    spanId: hexId(fields, "spanId", 16),
    parentSpanId: optionalHexId(fields, "parentSpanId", 16),
    name: text(fields.name),
    kind: KINDS[Number(fields.kind ?? 0)] ?? "unspecified",
    service: inText(resource["service.name"] ?? "unknown_service"),
    start: milliseconds(fields, "startTimeUnixNano"),
    end: milliseconds(fields, "endTimeUnixNano"),
    attributes: attributesOf(fields.attributes),
    resource,
    events: objects(fields.events).map((event) => ({
      name: text(event.name),
      at: milliseconds(event, "timeUnixNano"),
      attributes: attributesOf(event.attributes),
    })),
    links: objects(fields.links).map((link) => ({
      traceId: hexId(link, "traceId", 32),
      spanId: hexId(link, "spanId", 16),
    })),
    status: { code: STATUSES[Number(status.code ?? 0)] ?? "unset", message: text(status.message) },
  };
}
