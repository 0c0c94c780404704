/** Seconds. */
export type Backoff = { baseSeconds: number; capSeconds: number };

/** 5, 10, 20, 40 s: with the queue's five tries, a fault that heals within a minute costs no job. */
export const BACKOFF: Backoff = { baseSeconds: 5, capSeconds: 900 };

/**
 * How long the `tries`-th failure (from 1) waits: base · 2ⁿ up to the cap, of which a random half is
 * taken away, so that what failed together does not come back together. At least a second.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("equal jitter")
 */
export function backoffSeconds(
  tries: number,
  { baseSeconds, capSeconds }: Backoff = BACKOFF,
): number {
  const full = Math.min(capSeconds, baseSeconds * 2 ** Math.max(0, tries - 1));
  return Math.max(1, Math.ceil(full / 2 + (Math.random() * full) / 2));
}
