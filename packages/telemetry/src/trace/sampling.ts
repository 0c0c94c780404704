/**
 * Whether a trace that begins here is kept, by its own id, so that every process of it would decide the
 * same: the last 32 bits of the id, which are random, against the share that is wanted (0 to 1).
 */
export function isSampled(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  return Number.parseInt(traceId.slice(-8), 16) < ratio * 2 ** 32;
}
