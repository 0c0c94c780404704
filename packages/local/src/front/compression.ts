import { Readable } from "node:stream";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { FrontResponse, HeaderLists } from "../http/message.ts";

// What CloudFront compresses, by size and by type, limited to the types of a site:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
const MINIMUM_BYTES = 1_000;
const MAXIMUM_BYTES = 10_000_000;
const TYPES =
  /^(text\/(css|html|javascript|plain|xml)|application\/(javascript|json|manifest\+json|xml)|image\/svg\+xml)$/;

const ENCODERS = {
  br: (body: Buffer) =>
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body: Buffer) => gzipSync(body),
};

/** Compresses a response, as CloudFront does for a viewer that accepts Brotli or gzip. */
export function compress(request: HeaderLists, response: FrontResponse): FrontResponse {
  // A stream has no length, and CloudFront compresses nothing without one.
  if (response.body instanceof Readable) return response;
  const headers = new Map(response.headers);
  const body = Buffer.from(response.body);
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  const fits =
    body.length >= MINIMUM_BYTES && body.length <= MAXIMUM_BYTES && TYPES.test(type.trim());
  if (response.status !== 200 || !fits || headers.has("content-encoding")) return response;

  const accepted = (request.get("accept-encoding") ?? []).join(",").split(/[\s,]+/);
  const encoding = (["br", "gzip"] as const).find((name) => accepted.includes(name));
  headers.set("vary", "accept-encoding");
  if (!encoding) return { ...response, headers: [...headers] };
  headers.set("content-encoding", encoding);
  const etag = headers.get("etag");
  if (etag && !etag.startsWith("W/")) headers.set("etag", `W/${etag}`);
  return { ...response, headers: [...headers], body: ENCODERS[encoding](body) };
}
