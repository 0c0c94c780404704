import { isObject } from "../../shared/json.ts";
import { asText, type OtlpSpan, type SpanAttributes, type SpanKind } from "./span.ts";
import {
  attributesOf,
  hexId,
  milliseconds,
  type OtlpFields,
  objects,
  optionalHexId,
  SpanFault,
  text,
} from "./values.ts";

export type Decoded = { spans: OtlpSpan[]; rejected: number; why: string | undefined };

/**
 * Reads an ExportTraceServiceRequest in OTLP's JSON mapping. An invalid span is skipped and counted; unknown
 * fields are ignored, as the specification requires.
 *
 * @returns `undefined` for a body that is not such a request
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function decodeTraces(body: unknown): Decoded | undefined {
  if (!isObject(body)) return undefined;
  const groups = (body as OtlpFields).resourceSpans;
  if (groups !== undefined && !Array.isArray(groups)) return undefined;

  const decoded: Decoded = { spans: [], rejected: 0, why: undefined };
  for (const group of objects(groups)) {
    const resource = attributesOf(isObject(group.resource) ? group.resource.attributes : []);
    for (const scope of objects(group.scopeSpans)) {
      for (const span of objects(scope.spans)) addSpan(decoded, span, resource);
    }
  }
  return decoded;
}

function addSpan(decoded: Decoded, fields: OtlpFields, resource: SpanAttributes): void {
  try {
    decoded.spans.push(spanOf(fields, resource));
  } catch (error) {
    if (!(error instanceof SpanFault)) throw error;
    decoded.rejected++;
    decoded.why ??= error.message;
  }
}

// In the order of their numbers in the protocol.
const KINDS: SpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
const STATUSES = ["unset", "ok", "error"] as const;

function spanOf(fields: OtlpFields, resource: SpanAttributes): OtlpSpan {
  const status = isObject(fields.status) ? (fields.status as OtlpFields) : {};
  return {
    traceId: hexId(fields, "traceId", 32),
    spanId: hexId(fields, "spanId", 16),
    parentSpanId: optionalHexId(fields, "parentSpanId", 16),
    name: text(fields.name),
    kind: KINDS[Number(fields.kind ?? 0)] ?? "unspecified",
    service: asText(resource["service.name"] ?? "unknown_service"),
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
