import {
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, type SpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Span } from "../trace/span.ts";
import type { TraceParent } from "../trace/traceparent.ts";
import type { Work } from "../trace/work.ts";
import { parseTracestate } from "./tracestate.ts";

/**
 * Makes the SDK's spans of what a work has noted, once it is over and its trace is kept. Ids and times
 * are those of the work: other processes have been told of them before there was a span.
 *
 * @param service the process's own name
 */
export function createRecorder(service: string, processor: SpanProcessor): (work: Work) => void {
  const ids = { traceId: "", spanId: "" };
  const tracerOf = (name: string) =>
    new TracerProvider({
      resource: resourceFromAttributes({ "service.name": name, "service.namespace": "bulkhead" }),
      // Which traces are kept is decided before, when it is known whether they failed.
      sampler: new AlwaysOnSampler(),
      idGenerator: { generateTraceId: () => ids.traceId, generateSpanId: () => ids.spanId },
      spanProcessors: [processor],
    }).getTracer("bulkhead");
  const own = tracerOf(service);
  const browser = tracerOf("browser");

  return (work) => {
    const { traceId, zero, root, spans } = work;
    const common = commonAttributes(work);
    const traceState = work.tracestate ? parseTracestate(work.tracestate) : undefined;
    ids.traceId = traceId;
    for (const span of spans) {
      ids.spanId = span.id;
      const parent = span.parentId && {
        traceId,
        spanId: span.parentId,
        traceFlags: TraceFlags.SAMPLED,
        isRemote: span.parentIsRemote ?? false,
        traceState,
      };
      const made = (span.service === "browser" ? browser : own).startSpan(
        span.name,
        {
          kind: SpanKind[span.kind.toUpperCase() as keyof typeof SpanKind],
          startTime: zero + span.begunAt,
          links: linksOf(span),
        },
        parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
      );
      made.setAttributes(common).setAttributes(span.attributes);
      if (span === root) made.setAttributes(rootAttributes(work));
      if (span.failure) made.setStatus({ code: SpanStatusCode.ERROR, message: span.failure });
      made.end(zero + span.endedAt);
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

const linksOf = ({ link }: Span): Link[] => (link ? [{ context: remoteContext(link) }] : []);

const remoteContext = ({ traceId, spanId, sampled }: TraceParent) => ({
  traceId,
  spanId,
  traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  isRemote: true,
});
