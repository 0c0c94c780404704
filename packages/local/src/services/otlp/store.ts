import type { OtlpSpan } from "./span.ts";

/** The newest traces, in memory: they are for looking at, and gone with the process. */
export type TraceStore = {
  /** Answers how many of them found no room. A span that comes again replaces itself. */
  add(spans: readonly OtlpSpan[]): number;
  /** The spans of a trace, by their start; `undefined` for one that is not (or no longer) here. */
  trace(traceId: string): OtlpSpan[] | undefined;
  /** Trace ids, the last heard of first. */
  ids(): string[];
  /** What is kept, roughly, in characters. */
  size(): number;
};

export type TraceLimits = {
  /** @default 500 */
  traces?: number;
  /** In one trace. @default 2,000 */
  spans?: number;
  /** In all traces together, of the spans as JSON. @default 16 Mi */
  characters?: number;
};

type Kept = { spans: Map<string, OtlpSpan>; size: number };

export function createTraceStore(limits: TraceLimits = {}): TraceStore {
  const { traces: mostTraces = 500, spans: mostSpans = 2_000 } = limits;
  const most = limits.characters ?? 16 * 1024 * 1024;
  // In the order in which they were last heard of: the first one is the first to go.
  const traces = new Map<string, Kept>();
  let total = 0;

  function add(span: OtlpSpan): boolean {
    const kept = traces.get(span.traceId) ?? { spans: new Map(), size: 0 };
    const before = kept.spans.get(span.spanId);
    const grown = sizeOf(span) - (before ? sizeOf(before) : 0);
    // One trace may fill a quarter, so that it never drives out all others.
    const fits = kept.size + grown <= most / 4 && (before || kept.spans.size < mostSpans);
    if (!fits) return false;
    kept.spans.set(span.spanId, span);
    kept.size += grown;
    total += grown;
    traces.delete(span.traceId);
    traces.set(span.traceId, kept);
    return true;
  }

  function makeRoom(): void {
    for (const [traceId, { size }] of traces) {
      if (traces.size <= mostTraces && total <= most) return;
      traces.delete(traceId);
      total -= size;
    }
  }

  return {
    add(spans) {
      const refused = spans.filter((span) => !add(span)).length;
      makeRoom();
      return refused;
    },
    trace(traceId) {
      const kept = traces.get(traceId);
      return kept && [...kept.spans.values()].sort((left, right) => left.start - right.start);
    },
    ids: () => [...traces.keys()].reverse(),
    size: () => total,
  };
}

// The resource is one object for all spans of a request: it does not count for each.
const sizeOf = ({ resource: _, ...span }: OtlpSpan) => JSON.stringify(span).length;
