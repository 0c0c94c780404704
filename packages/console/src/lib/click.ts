/** One thing that a person set out to do, and the trace that all requests made for it belong to. */
export type Click = {
  /** At most 64 of letters, digits, space and `._-`. */
  label: string;
  /** Unix time in milliseconds. */
  at: number;
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits: the click itself, whose children the requests are. */
  spanId: string;
};

/** @param at Unix milliseconds of the event. @default now */
export function startClick(label: string, at = Date.now()): Click {
  return { label: sane(label), at: Math.round(at), traceId: hex(16), spanId: hex(8) };
}

/** A page that was opened began when its navigation did. */
export const startVisit = (page: string): Click =>
  startClick(`open ${page}`, performance.timeOrigin);

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
export const clickHeaders = ({ label, at, traceId, spanId }: Click): Record<string, string> => ({
  traceparent: `00-${traceId}-${spanId}-01`,
  "x-click": `${label};t=${at}`,
});

const sane = (label: string) => label.replace(/[^A-Za-z0-9 ._-]/g, "-").slice(0, 64);

function hex(bytes: number): string {
  const drawn = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(drawn, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
