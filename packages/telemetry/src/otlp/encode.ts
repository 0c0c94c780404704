import { type Attributes, KINDS, type Span } from "../trace/span.ts";
import type { Work } from "../trace/work.ts";

// ExportTraceServiceRequest in OTLP's JSON: ids in hex, 64-bit numbers as text, enumerations as numbers.
// Written as text and not by way of objects, because every span of every request passes through here.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

const SCOPE = '"scope":{"name":"bulkhead"}';
const ERROR = 2;
// Bits of `flags`: whether the next is known, and whether the parent is in another process.
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** The spans of some works, as one request. `service` is the process's own name. */
export function encode(works: readonly Work[], service: string): string {
  const own: string[] = [];
  const browser: string[] = [];
  for (const work of works) {
    const common = attributesOf({
      ...(work.tenantId ? { "tenant.id": work.tenantId } : { "bulkhead.scope": work.scope }),
      "request.id": work.requestId,
      "bulkhead.actor": work.actor,
      "job.id": work.jobId,
      "aws.xray.trace_id": work.xrayId,
    });
    for (const span of work.spans) {
      (span.service ? browser : own).push(encodeSpan(work, span, common));
    }
  }
  const resources = [resourceOf(service, own), resourceOf("browser", browser)].filter(Boolean);
  return `{"resourceSpans":[${resources.join()}]}`;
}

function resourceOf(service: string, spans: readonly string[]): string {
  if (spans.length === 0) return "";
  const resource = `{"attributes":[${attributesOf({ "service.name": service, "service.namespace": "bulkhead" })}]}`;
  return `{"resource":${resource},"scopeSpans":[{${SCOPE},"spans":[${spans.join()}]}]}`;
}

function encodeSpan(work: Work, span: Span, common: string): string {
  const own = attributesOf(span.attributes);
  const attributes = own ? `${common},${own}` : common;
  return (
    `{"traceId":"${work.traceId}","spanId":"${span.id}"` +
    (work.tracestate ? `,"traceState":${JSON.stringify(work.tracestate)}` : "") +
    (span.parentId ? `,"parentSpanId":"${span.parentId}"` : "") +
    `,"flags":${flagsOf(work, span)},"name":${JSON.stringify(span.name)},"kind":${KINDS[span.kind]}` +
    `,"startTimeUnixNano":"${nanoseconds(work.zero + span.begunAt)}"` +
    `,"endTimeUnixNano":"${nanoseconds(work.zero + span.endedAt)}"` +
    `,"attributes":[${attributes}]${linksOf(span)},"status":${statusOf(span)}}`
  );
}

type Flagged = { parentIsRemote?: boolean };
const flagsOf = ({ sampled }: { sampled: boolean }, { parentIsRemote }: Flagged): number =>
  (sampled ? 1 : 0) | HAS_IS_REMOTE | (parentIsRemote ? IS_REMOTE : 0);

const linksOf = ({ link }: Span): string =>
  link
    ? `,"links":[{"traceId":"${link.traceId}","spanId":"${link.spanId}","flags":${flagsOf(link, { parentIsRemote: true })}}]`
    : "";

const statusOf = ({ failure }: Span): string =>
  failure === undefined ? '{"code":0}' : `{"code":${ERROR},"message":${JSON.stringify(failure)}}`;

/** In whole microseconds: a double has no room for more. */
const nanoseconds = (milliseconds: number): string => `${Math.round(milliseconds * 1000)}000`;

function attributesOf(attributes: Attributes | Record<string, string | undefined>): string {
  let text = "";
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const encoded =
      typeof value === "number"
        ? `"intValue":"${value}"`
        : `"stringValue":${JSON.stringify(value)}`;
    text += `${text && ","}{"key":"${key}","value":{${encoded}}}`;
  }
  return text;
}
