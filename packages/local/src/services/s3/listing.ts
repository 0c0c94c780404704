import type { Listing, ListOptions, S3Object } from "./types.ts";

/** Lists keys in order, one look-up a step, and skips each common prefix at once. */
export function listObjects(
  firstFrom: (from: Buffer) => S3Object | undefined,
  { prefix = "", delimiter = "", from = Buffer.alloc(0), limit }: ListOptions,
): Listing {
  const start = Buffer.from(prefix);
  const objects: S3Object[] = [];
  const commonPrefixes: string[] = [];
  let at = Buffer.compare(from, start) < 0 ? start : from;

  while (true) {
    const object = firstFrom(at);
    if (!object?.key.startsWith(prefix)) return { objects, commonPrefixes, next: undefined };
    if (objects.length + commonPrefixes.length >= limit) {
      return { objects, commonPrefixes, next: limit > 0 ? at : undefined };
    }
    const cut = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (cut < 0) {
      objects.push(object);
      at = Buffer.from(`${object.key}\0`);
      continue;
    }
    const common = object.key.slice(0, cut + delimiter.length);
    commonPrefixes.push(common);
    at = afterPrefix(common);
  }
}

/** The lowest bytes above every key with this prefix. UTF-8 has no byte 0xff, so adding one never carries. */
function afterPrefix(prefix: string): Buffer {
  const bytes = Buffer.from(prefix);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return bytes;
}
