import { pipeline } from "node:stream/promises";
import { ServiceFault } from "../protocol/fault.ts";
import { refuseOtherParameters, type S3Request } from "./call.ts";
import { CONDITIONS, notModified } from "./conditions.ts";
import { noSuchKey } from "./fault.ts";
import { objectHeaders } from "./headers.ts";
import type { ByteRange, S3Object } from "./types.ts";

/** Query parameters of a signed GET that replace response headers. */
const OVERRIDES = {
  "response-content-type": "content-type",
  "response-content-disposition": "content-disposition",
  "response-content-encoding": "content-encoding",
  "response-content-language": "content-language",
  "response-cache-control": "cache-control",
  "response-expires": "expires",
};

const PARAMETERS = {
  headers: ["range", "x-amz-checksum-mode", ...CONDITIONS],
  query: Object.keys(OVERRIDES),
};

/** GetObject and HeadObject: the same headers, with and without a body. */
export async function getObject(call: S3Request): Promise<void> {
  refuseOtherParameters(call, PARAMETERS);
  const { bucket, key, request, response } = call;
  const found = bucket.get(key);
  if (!found) throw noSuchKey(key);
  try {
    if (notModified(call, found.object)) {
      response.writeHead(304, objectHeaders(found.object)).end();
      return;
    }
    const range = rangeOf(call, found.object);
    response.writeHead(range ? 206 : 200, answerHeaders(call, found.object, range));
    if (request.method === "HEAD" || found.object.size === 0) response.end();
    else await pipeline(found.read(range), response);
  } finally {
    found.close();
  }
}

function answerHeaders(call: S3Request, object: S3Object, range: ByteRange | undefined) {
  const { query, headers } = call;
  const overrides = Object.entries(OVERRIDES).flatMap(([parameter, header]) => {
    const value = query.get(parameter);
    return value === undefined ? [] : [[header, value]];
  });
  const { checksum, size } = object;
  // The checksum covers the whole object. With a range, a client would report a mismatch.
  const withChecksum = headers.get("x-amz-checksum-mode") === "ENABLED" && checksum && !range;
  return {
    ...objectHeaders(object),
    ...Object.fromEntries(overrides),
    "content-length": String(range ? range.end - range.start + 1 : size),
    ...(range && { "content-range": `bytes ${range.start}-${range.end}/${size}` }),
    ...(withChecksum && {
      [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
      "x-amz-checksum-type": "FULL_OBJECT",
    }),
  };
}

/** One range of bytes (RFC 9110, section 14). Invalid and multiple ranges are ignored, as by S3, which then sends everything. */
function rangeOf({ headers }: S3Request, { size }: S3Object): ByteRange | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== "" && to !== "" && Number(to) < start) return undefined;
  if (start < size && end >= start) return { start, end };
  throw new ServiceFault("InvalidRange", 416, "The requested range is not satisfiable", {
    RangeRequested: headers.get("range") ?? "",
    ActualObjectSize: String(size),
  });
}
