/** A user action, and the trace of all requests made for it. */
export type Click = {
  /** At most 64 letters, digits, spaces and `._-`. */
  label: string;
  /** Unix time in milliseconds. */
  at: number;
  /** 32 hex digits. */
  traceId: string;
  /** 16 hex digits: the root span, the parent of the requests' spans. */
  spanId: string;
};

/** @param at Unix milliseconds of the event. @default now */
export function startClick(label: string, at = Date.now()): Click {
  return { label: sanitize(label), at: Math.round(at), traceId: hex(16), spanId: hex(8) };
}

/** A page load: starts with the navigation. */
export const startPageLoad = (page: string): Click =>
  startClick(`open ${page}`, performance.timeOrigin);

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
export const clickHeaders = ({ label, at, traceId, spanId }: Click): Record<string, string> => ({
  traceparent: `00-${traceId}-${spanId}-01`,
  "x-click": `${label};t=${at}`,
});

const sanitize = (label: string) => label.replace(/[^A-Za-z0-9 ._-]/g, "-").slice(0, 64);

function hex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
