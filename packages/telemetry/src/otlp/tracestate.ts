import { TraceState } from "@opentelemetry/core";

/**
 * Reads the header `tracestate`, which belongs to other vendors: one that breaks the rules, or is too
 * long, is dropped as a whole.
 *
 * @see https://www.w3.org/TR/trace-context-1/#tracestate-header
 */
export function parseTracestate(header: string): TraceState | undefined {
  const members = header.split(",").map((member) => member.trim());
  const whole = members.filter(Boolean).join(",");
  const state = new TraceState(header);
  return whole && state.serialize() === whole ? state : undefined;
}
