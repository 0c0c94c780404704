import type { OtlpSpan } from "../services/index.ts";

/** A span with its depth in the tree of its trace. */
export type TraceRow = {
  span: OtlpSpan;
  depth: number;
  /** Its parent has not arrived, so the span is at the top. */
  orphan: boolean;
};

/**
 * The spans as one tree, depth first, children by their start. Spans in a cycle of parents, which only a
 * faulty sender produces, are at the top as well, so that no span is lost.
 *
 * @param spans of one trace, by their start
 */
export function treeOf(spans: readonly OtlpSpan[]): TraceRow[] {
  const spanIds = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string | undefined, OtlpSpan[]>();
  for (const span of spans) {
    const parent =
      span.parentSpanId && spanIds.has(span.parentSpanId) ? span.parentSpanId : undefined;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }

  const rows: TraceRow[] = [];
  const placed = new Set<string>();
  // Iterative, because the sender decides the depth.
  const place = (tops: readonly OtlpSpan[]) => {
    const open = tops.map((span) => ({ span, depth: 0 })).reverse();
    for (let next = open.pop(); next; next = open.pop()) {
      const { span, depth } = next;
      if (placed.has(span.spanId)) continue;
      placed.add(span.spanId);
      rows.push({ span, depth, orphan: depth === 0 && span.parentSpanId !== undefined });
      const below = (children.get(span.spanId) ?? []).toReversed();
      open.push(...below.map((child) => ({ span: child, depth: depth + 1 })));
    }
  };
  place(children.get(undefined) ?? []);
  for (const span of spans) place([span]);
  return rows;
}
