import { type Attributes, KINDS, type Span } from "../trace/span.ts";
import type { Work } from "../trace/work.ts";

// Spans in OTLP's JSON: ids in hex, 64-bit numbers as text, enumerations as numbers. Written as text and
// not by way of objects, because every span of every request passes through here; and in few pieces,
// because each is a step of the copy that comes after.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

const ERROR = 2;
// Bits of `flags`: whether the next is known, and whether the parent is in another process.
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** A work's spans, separated by commas: the process's own, and those that a browser saw. */
export function encodeSpans(work: Work): { own: string; browser: string } {
  const { traceId, tracestate, zero } = work;
  const head = `{"traceId":"${traceId}","spanId":"`;
  const state = tracestate ? `,"traceState":${JSON.stringify(tracestate)}` : "";
  const common = attributesOf({
    ...(work.tenantId ? { "tenant.id": work.tenantId } : { "bulkhead.scope": work.scope }),
    "request.id": work.requestId,
    "job.id": work.jobId,
  });

  let own = "";
  let browser = "";
  // The statements of a batch have one time, so it is written once for all of them.
  let times = "";
  let begunAt = Number.NaN;
  let endedAt = Number.NaN;
  for (const span of work.spans) {
    if (span.begunAt !== begunAt || span.endedAt !== endedAt) {
      ({ begunAt, endedAt } = span);
      times = `,"startTimeUnixNano":"${nanoseconds(zero + begunAt)}","endTimeUnixNano":"${nanoseconds(zero + endedAt)}","attributes":[${common}`;
    }
    const parent = span.parentId ? `,"parentSpanId":"${span.parentId}"` : "";
    const attributes = attributesOf(span === work.root ? rootAttributes(work) : span.attributes);
    const text = `${head}${span.id}"${state}${parent},"flags":${flagsOf(work, span)},"name":${quoted(span.name)},"kind":${KINDS[span.kind]}${times}${attributes && ","}${attributes}]${linksOf(span)},"status":${statusOf(span)}}`;
    if (span.service) browser += browser ? `,${text}` : text;
    else own += own ? `,${text}` : text;
  }
  return { own, browser };
}

/** Of whom and of which invocation a work comes is said once: whoever looks for it finds the trace. */
const rootAttributes = ({ root, actor, xrayId }: Work) => ({
  ...root.attributes,
  "bulkhead.actor": actor,
  "aws.xray.trace_id": xrayId,
});

/** What stands before the spans of one service. They are followed by {@link AFTER}. */
export function before(service: string): string {
  const resource = attributesOf({ "service.name": service, "service.namespace": "bulkhead" });
  return `{"resource":{"attributes":[${resource}]},"scopeSpans":[{"scope":{"name":"bulkhead"},"spans":[`;
}
export const AFTER = "]}]}";

type Flagged = { parentIsRemote?: boolean };
const flagsOf = ({ sampled }: { sampled: boolean }, { parentIsRemote }: Flagged): number =>
  (sampled ? 1 : 0) | HAS_IS_REMOTE | (parentIsRemote ? IS_REMOTE : 0);

const linksOf = ({ link }: Span): string =>
  link
    ? `,"links":[{"traceId":"${link.traceId}","spanId":"${link.spanId}","flags":${flagsOf(link, { parentIsRemote: true })}}]`
    : "";

const statusOf = ({ failure }: Span): string =>
  failure === undefined ? '{"code":0}' : `{"code":${ERROR},"message":${JSON.stringify(failure)}}`;

/** In whole microseconds: a double has no room for more. In two parts, because small integers are quick to write. */
function nanoseconds(milliseconds: number): string {
  const microseconds = Math.round(milliseconds * 1000);
  const seconds = Math.floor(microseconds / 1_000_000);
  return `${seconds}${String(microseconds - seconds * 1_000_000).padStart(6, "0")}000`;
}

function attributesOf(attributes: Attributes | Record<string, string | undefined>): string {
  let text = "";
  for (const key in attributes) {
    const value = (attributes as Record<string, string | number | undefined>)[key];
    if (value === undefined) continue;
    if (text) text += ",";
    text += keyOf(key);
    if (typeof value === "number") text += `"intValue":"${value}"}}`;
    else text += `"stringValue":${REPEATED.has(key) ? quoted(value) : JSON.stringify(value)}}}`;
  }
  return text;
}
const REPEATED = new Set(["db.query.text", "db.system.name", "http.route"]);

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
