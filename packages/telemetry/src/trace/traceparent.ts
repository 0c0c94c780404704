/** A place in a trace: what `traceparent` says. */
export type TraceParent = {
  /** 32 characters of hex. */
  traceId: string;
  /** 16 characters of hex: the span that whatever follows is caused by. */
  spanId: string;
  sampled: boolean;
};

// Versions after 00 may append fields; what they keep is read, the rest is left alone. ff is no version.
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const SAMPLED = 1;

/**
 * Reads the header `traceparent`. Undefined for whatever is none: a trace then begins here.
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

const MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const MOST_MEMBERS = 32;

/**
 * The header `tracestate`, to be handed on as it came. It belongs to other vendors: one that breaks
 * the rules, or is longer than the 512 characters that must be handed on, is dropped as a whole.
 *
 * @see https://www.w3.org/TR/trace-context-1/#tracestate-header
 */
export function parseTracestate(header: string | null | undefined): string | undefined {
  if (!header || header.length > 512) return undefined;
  const members = header.split(",").map((member) => member.trim());
  const named = members.filter(Boolean);
  if (named.length === 0 || named.length > MOST_MEMBERS) return undefined;
  const keys = new Set(named.map((member) => member.split("=", 1)[0]));
  return keys.size === named.length && named.every((member) => MEMBER.test(member))
    ? named.join(",")
    : undefined;
}
