import { type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { hrTimeDuration, millisToHrTime } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { Kind, Span } from "../trace/span.ts";
import type { Work } from "../trace/work.ts";
import { parseTracestate } from "./tracestate.ts";

const SCOPE = { name: "bulkhead" };

const KINDS: Record<Kind, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Hands the SDK what a work has noted, as spans that have ended: its processor, its serializer and its
 * exporters read them by this interface. A tracer would make new ids and times, but those of a work are
 * known to other processes already; and its spans take a request twice as long.
 *
 * @param service the process's own name
 */
export function createRecorder(service: string, processor: SpanProcessor): (work: Work) => void {
  const resourceOf = (name: string) =>
    resourceFromAttributes({ "service.name": name, "service.namespace": "bulkhead" });
  const own = resourceOf(service);
  const browser = resourceOf("browser");

  return (work) => {
    const common = commonAttributes(work);
    const traceState = work.tracestate ? parseTracestate(work.tracestate) : undefined;
    const contextOf = (spanId: string, isRemote = false): SpanContext => ({
      traceId: work.traceId,
      spanId,
      // Also where it is kept because it failed.
      traceFlags: TraceFlags.SAMPLED,
      isRemote,
      ...(traceState && { traceState }),
    });
    for (const span of work.spans) {
      const context = contextOf(span.id);
      const startTime = millisToHrTime(work.zero + span.begunAt);
      const endTime = millisToHrTime(work.zero + span.endedAt);
      processor.onEnd({
        name: span.name,
        kind: KINDS[span.kind],
        spanContext: () => context,
        parentSpanContext: span.parentId
          ? contextOf(span.parentId, span.parentIsRemote)
          : undefined,
        startTime,
        endTime,
        duration: hrTimeDuration(startTime, endTime),
        ended: true,
        status: statusOf(span),
        attributes:
          span === work.root
            ? { ...common, ...span.attributes, ...rootAttributes(work) }
            : { ...common, ...span.attributes },
        links: linksOf(span),
        events: [],
        resource: span.service === "browser" ? browser : own,
        instrumentationScope: SCOPE,
        droppedAttributesCount: 0,
        droppedEventsCount: 0,
        droppedLinksCount: 0,
      });
    }
  };
}

const commonAttributes = ({ tenantId, scope, requestId, jobId }: Work) => ({
  ...(tenantId ? { "tenant.id": tenantId } : { "bulkhead.scope": scope }),
  "request.id": requestId,
  ...(jobId && { "job.id": jobId }),
});

/** Said once for each work: a search for it finds the trace. */
const rootAttributes = ({ actor, xrayId }: Work) => ({
  ...(actor && { "bulkhead.actor": actor }),
  ...(xrayId && { "aws.xray.trace_id": xrayId }),
});

const statusOf = ({ failure }: Span): ReadableSpan["status"] =>
  failure === undefined
    ? { code: SpanStatusCode.UNSET }
    : { code: SpanStatusCode.ERROR, message: failure };

const linksOf = ({ link }: Span): ReadableSpan["links"] =>
  link
    ? [
        {
          context: {
            traceId: link.traceId,
            spanId: link.spanId,
            traceFlags: link.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
            isRemote: true,
          },
        },
      ]
    : [];
