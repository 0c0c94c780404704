import { logger, SCOPES } from "@bulkhead/telemetry";
import { onTestFinished, vi } from "vitest";
import type { Received } from "./collector.ts";

export type Line = Record<string, unknown>;

/** Everything that this process writes from now on, as CloudWatch would read it, whatever its level. */
export function written(): { text: () => string; lines: () => Line[] } {
  const chunks: string[] = [];
  const level = logger.getLevelName();
  logger.setLogLevel("DEBUG");
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => chunks.push(String(chunk)) > 0);
  }
  // A line of a library's that prints by itself has no labels: it is found here.
  for (const method of ["debug", "log", "info", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...given) => {
      const text = given.map((one) => (one instanceof Error ? one.message : String(one))).join(" ");
      chunks.push(`${text}\n`);
    });
  }
  onTestFinished(() => {
    vi.restoreAllMocks();
    logger.setLogLevel(level);
  });
  const text = () => chunks.join("");
  const parse = (line: string): Line => {
    try {
      return JSON.parse(line);
    } catch {
      return { unstructured: line };
    }
  };
  return { text, lines: () => text().split("\n").filter(Boolean).map(parse) };
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const TRACE = /^[0-9a-f]{32}$/;
// Written while no request is served, or of many at once.
const WITHOUT_REQUEST = ["process", "exporter"];

/** What is wrong with a line or a metric: it names neither tenant nor scope, or not its request and trace. */
export function faultOf(line: Line): string | undefined {
  const { tenantId, scope, requestId, traceId, _aws: metric } = line;
  const owned = typeof tenantId === "string" && UUID.test(tenantId);
  const scoped = typeof scope === "string" && Object.hasOwn(SCOPES, scope);
  if (!owned && !scoped) return `no tenant: ${JSON.stringify(line)}`;
  const dimensions = JSON.stringify(metric ?? "").match(/"Dimensions":(\[\[.*?\]\])/)?.[1];
  if (metric && dimensions !== '[["service"]]') return `dimensions: ${dimensions}`;
  if (!owned && WITHOUT_REQUEST.includes(String(scope))) return undefined;
  if (!requestId) return `no request: ${JSON.stringify(line)}`;
  return TRACE.test(String(traceId)) ? undefined : `no trace: ${JSON.stringify(line)}`;
}

/** The same for a span, and for its place: below its parent, and within it where it had to wait for it. */
export function spanFaultOf(span: Received, all: readonly Received[]): string | undefined {
  const { attributes, traceId, parentSpanId, name } = span;
  const {
    "tenant.id": tenant = "",
    "bulkhead.scope": scope = "",
    "request.id": request,
  } = attributes;
  const what = `${name} of ${span.service}`;
  if (!UUID.test(tenant) && !Object.hasOwn(SCOPES, scope)) return `${what} has no tenant`;
  if (!request) return `${what} has no request`;
  if (!TRACE.test(traceId)) return `${what} has no trace`;
  if (!parentSpanId) return undefined;

  const parent = all.find((other) => other.spanId === parentSpanId && other.traceId === traceId);
  if (!parent) return `${what} has a parent that is in no trace of its own`;
  const waited = parent.attributes["request.id"] === request;
  const within =
    BigInt(span.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano) - SLACK &&
    BigInt(span.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano) + SLACK;
  return waited && !within ? `${what} lies outside of ${parent.name}` : undefined;
}
// Times are rounded to microseconds.
const SLACK = 2_000n;
