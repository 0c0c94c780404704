/** Seconds. */
export type Backoff = { baseSeconds: number; capSeconds: number };

/** 5, 10, 20, 40 s: with the queue's five tries, a fault of less than a minute fails no job. */
export const BACKOFF: Backoff = { baseSeconds: 5, capSeconds: 900 };

/**
 * How long the `tries`-th failure (from 1) waits: base · 2ⁿ up to the cap, of which a random half is
 * taken away, so that jobs which failed together are not retried together. At least a second.
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
