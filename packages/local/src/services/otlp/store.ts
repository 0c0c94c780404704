import type { OtlpSpan } from "./span.ts";

/** The newest traces, in memory. */
export type TraceStore = {
  /** Returns how many spans exceeded the limits. A span that arrives again replaces the earlier one. */
  add(spans: readonly OtlpSpan[]): number;
  /** The spans of a trace by their start; `undefined` for an unknown trace. */
  trace(traceId: string): OtlpSpan[] | undefined;
  /** Trace ids, the most recently updated first. */
  ids(): string[];
  /** Approximate size in characters. */
  size(): number;
};

export type TraceLimits = {
  /** @default 500 */
  traces?: number;
  /** Per trace. @default 2,000 */
  spans?: number;
  /** Of all spans as JSON. @default 16 Mi */
  characters?: number;
};

type StoredTrace = { spans: Map<string, OtlpSpan>; size: number };

export function createTraceStore(limits: TraceLimits = {}): TraceStore {
  const { traces: mostTraces = 500, spans: mostSpans = 2_000 } = limits;
  const most = limits.characters ?? 16 * 1024 * 1024;
  // In the order of their last update: the first one is evicted first.
  const traces = new Map<string, StoredTrace>();
  let total = 0;

  function add(span: OtlpSpan): boolean {
    const stored = traces.get(span.traceId) ?? { spans: new Map(), size: 0 };
    const before = stored.spans.get(span.spanId);
    const grown = sizeOf(span) - (before ? sizeOf(before) : 0);
    // One trace may fill a quarter, so that it never evicts all others.
    const fits = stored.size + grown <= most / 4 && (before || stored.spans.size < mostSpans);
    if (!fits) return false;
    stored.spans.set(span.spanId, span);
    stored.size += grown;
    total += grown;
    traces.delete(span.traceId);
    traces.set(span.traceId, stored);
    return true;
  }

  function evict(): void {
    for (const [traceId, { size }] of traces) {
      if (traces.size <= mostTraces && total <= most) return;
      traces.delete(traceId);
      total -= size;
    }
  }

  return {
    add(spans) {
      const refused = spans.filter((span) => !add(span)).length;
      evict();
      return refused;
    },
    trace(traceId) {
      const stored = traces.get(traceId);
      return stored && [...stored.spans.values()].sort((left, right) => left.start - right.start);
    },
    ids: () => [...traces.keys()].reverse(),
    size: () => total,
  };
}

// The resource is one object for all spans of a request, so it is not counted per span.
const sizeOf = ({ resource: _, ...span }: OtlpSpan) => JSON.stringify(span).length;
