/**
 * X-Ray writes the same 128 bits another way: `1-<8 hex>-<24 hex>`.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
 */
export const toXrayId = (traceId: string): string => `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;

/** The W3C trace id of an X-Ray root, `1-67456dcb-…`. Undefined for what is none. */
export function fromXrayId(root: string | undefined): string | undefined {
  const [, seconds, rest] = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(root ?? "") ?? [];
  return seconds === undefined ? undefined : `${seconds}${rest}`;
}
