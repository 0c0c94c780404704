import { asText, type OtlpSpan } from "../services/index.ts";

export type TraceSummary = {
  traceId: string;
  /** Name of the root span, or of the first one. */
  name: string;
  /** ISO 8601. */
  at: string;
  milliseconds: number;
  spans: number;
  failed: boolean;
  services: string[];
  /** Every `tenant.id` of its spans. */
  tenants: string[];
};

/** @param spans of one trace, by their start; at least one */
export function summaryOf(spans: readonly OtlpSpan[]): TraceSummary {
  const root = spans.find(({ parentSpanId }) => !parentSpanId) ?? spans[0];
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  return {
    traceId: root?.traceId ?? "",
    name: root?.name || "(no name)",
    at: new Date(start).toISOString(),
    milliseconds: end - start,
    spans: spans.length,
    failed: spans.some(({ status }) => status.code === "error"),
    services: unique(spans.map(({ service }) => service)),
    tenants: unique(spans.flatMap(({ attributes }) => attributes["tenant.id"] ?? []).map(asText)),
  };
}

const unique = (list: string[]) => [...new Set(list)];
