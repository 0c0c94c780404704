import { type Attributes, KINDS, type Span } from "../trace/span.ts";
import type { Work } from "../trace/work.ts";

// ExportTraceServiceRequest in OTLP's JSON: ids in hex, 64-bit numbers as text, enumerations as numbers.
// Written as text and not by way of objects, because every span of every request passes through here;
// and added to and never joined, which would copy each span once more.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

const SCOPE = '"scope":{"name":"bulkhead"}';
const ERROR = 2;
// Bits of `flags`: whether the next is known, and whether the parent is in another process.
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** The spans of some works, as one request. `service` is the process's own name. */
export function encode(works: readonly Work[], service: string): string {
  let own = "";
  let browser = "";
  for (const work of works) {
    const common = attributesOf({
      ...(work.tenantId ? { "tenant.id": work.tenantId } : { "bulkhead.scope": work.scope }),
      "request.id": work.requestId,
      "bulkhead.actor": work.actor,
      "job.id": work.jobId,
      "aws.xray.trace_id": work.xrayId,
    });
    for (const span of work.spans) {
      const encoded = encodeSpan(work, span, common);
      if (span.service) browser += browser ? `,${encoded}` : encoded;
      else own += own ? `,${encoded}` : encoded;
    }
  }
  const resources = [resourceOf(service, own), resourceOf("browser", browser)].filter(Boolean);
  return `{"resourceSpans":[${resources.join()}]}`;
}

function resourceOf(service: string, spans: string): string {
  if (!spans) return "";
  const resource = `{"attributes":[${attributesOf({ "service.name": service, "service.namespace": "bulkhead" })}]}`;
  return `{"resource":${resource},"scopeSpans":[{${SCOPE},"spans":[${spans}]}]}`;
}

function encodeSpan(work: Work, span: Span, common: string): string {
  const own = attributesOf(span.attributes);
  const attributes = own ? `${common},${own}` : common;
  return (
    `{"traceId":"${work.traceId}","spanId":"${span.id}"` +
    (work.tracestate ? `,"traceState":${JSON.stringify(work.tracestate)}` : "") +
    (span.parentId ? `,"parentSpanId":"${span.parentId}"` : "") +
    `,"flags":${flagsOf(work, span)},"name":${quoted(span.name)},"kind":${KINDS[span.kind]}` +
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
  for (const key in attributes) {
    const value = (attributes as Record<string, string | number | undefined>)[key];
    if (value === undefined) continue;
    if (text) text += ",";
    text += keyOf(key);
    if (typeof value === "number") text += `"intValue":"${value}"}}`;
    else
      text += `"stringValue":${key === "db.query.text" ? quoted(value) : JSON.stringify(value)}}}`;
  }
  return text;
}

/** Remembers what it has made of a text, for those of which a process has few and which come in every request. */
function remembering(make: (text: string) => string): (text: string) => string {
  const made = new Map<string, string>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const fresh = make(text);
    if (made.size < MOST_REMEMBERED) made.set(text, fresh);
    return fresh;
  };
}
const MOST_REMEMBERED = 500;

const quoted = remembering(JSON.stringify);
const keyOf = remembering((key) => `{"key":"${key}","value":{`);
