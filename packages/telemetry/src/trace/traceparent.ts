/** A place in a trace: what `traceparent` says. */
export type TraceParent = {
  /** 32 characters of hex. */
  traceId: string;
  /** 16 characters of hex: the parent of what follows. */
  spanId: string;
  sampled: boolean;
};

// Versions after 00 may append fields; what they keep is read, the rest is left alone. ff is no version.
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/**
 * Reads the header `traceparent`. Undefined for anything else: a trace then begins here.
 *
 * @see https://www.w3.org/TR/trace-context-1/#traceparent-header
 */
export function parseTraceparent(header: string | null | undefined): TraceParent | undefined {
  if (!header || header.length > 512) return undefined;
  const [, version, traceId = "", spanId = "", flags = "", more] = TRACEPARENT.exec(header) ?? [];
  if (version === undefined || (version === "00" && more !== undefined)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceParent): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
