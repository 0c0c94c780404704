/** What a person did in a browser that a request comes of. */
export type Click = { label: string; atMilliseconds: number };

const CLICK = /^([A-Za-z0-9 ._-]{1,64});t=(\d{13})$/;
const OLDEST_MILLISECONDS = 60_000;

/**
 * Reads the header `x-click`: `<label>;t=<unix milliseconds>`. A browser's clock may be wrong by any
 * amount, so a click happened at most a minute ago and not in the future. Undefined for nonsense.
 */
export function parseClick(header: string | null | undefined, now = Date.now()): Click | undefined {
  const [, label, at] = CLICK.exec(header ?? "") ?? [];
  if (label === undefined) return undefined;
  return {
    label,
    atMilliseconds: Math.min(now, Math.max(now - OLDEST_MILLISECONDS, Number(at))),
  };
}
