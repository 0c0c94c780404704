import type { OtlpSpan } from "../services/index.ts";

/** A span at its place in the tree of its trace. */
export type TraceRow = {
  span: OtlpSpan;
  depth: number;
  /** Its parent is named and has not arrived (yet): the span stands at the top. */
  orphan: boolean;
};

/**
 * The spans as one tree, depth first, children by their start. What is never reached from the top (a
 * circle of parents, which only a broken sender makes) stands at the top as well: no span is lost.
 *
 * @param spans of one trace, by their start
 */
export function treeOf(spans: readonly OtlpSpan[]): TraceRow[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string | undefined, OtlpSpan[]>();
  for (const span of spans) {
    const parent =
      span.parentSpanId && known.has(span.parentSpanId) ? span.parentSpanId : undefined;
    children.set(parent, [...(children.get(parent) ?? []), span]);
  }

  const rows: TraceRow[] = [];
  const placed = new Set<string>();
  // Not recursive: a stranger decides how deep it goes.
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
