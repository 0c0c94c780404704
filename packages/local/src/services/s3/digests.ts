import { ServiceFault } from "../protocol/fault.ts";
import type { S3Request } from "./call.ts";
import { CHECKSUM_ALGORITHMS } from "./checksum.ts";
import { notImplemented } from "./fault.ts";
import type { Checksum, ChecksumAlgorithm, UploadDigests } from "./types.ts";

/** The checksum algorithm of an upload, whose value is in a header or a trailer. */
export function checksumAlgorithm({ headers }: S3Request): ChecksumAlgorithm | undefined {
  const trailer = headers.get("x-amz-trailer")?.toLowerCase();
  const named = CHECKSUM_ALGORITHMS.filter(
    (algorithm) =>
      headers.has(`x-amz-checksum-${algorithm}`) || trailer === `x-amz-checksum-${algorithm}`,
  );
  if (trailer !== undefined && !named.some((algorithm) => trailer.endsWith(algorithm))) {
    throw notImplemented(trailer);
  }
  if (named.length > 1) {
    const message =
      "Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.";
    throw new ServiceFault("InvalidRequest", 400, message);
  }
  return named[0];
}

/** Throws BadDigest when the body does not match its checksum. */
export function requireChecksum(
  algorithm: ChecksumAlgorithm,
  computed: Checksum | undefined,
  headers: S3Request["headers"],
  trailers: ReadonlyMap<string, string>,
): void {
  const name = `x-amz-checksum-${algorithm}`;
  if (computed?.value === (headers.get(name) ?? trailers.get(name))) return;
  const message = `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
  throw new ServiceFault("BadDigest", 400, message);
}

/** Checks every other digest and length that the upload declares. */
export function requireDigests(
  { headers, payloadHash }: S3Request,
  { size, md5, sha256 }: UploadDigests,
): void {
  if (/^[0-9a-f]{64}$/i.test(payloadHash) && payloadHash.toLowerCase() !== sha256) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new ServiceFault("XAmzContentSHA256Mismatch", 400, message);
  }
  const length = headers.get("x-amz-decoded-content-length");
  if (length !== undefined && Number(length) !== size) {
    const message = "You did not provide the number of bytes specified by the length headers";
    throw new ServiceFault("IncompleteBody", 400, message);
  }
  const contentMd5 = headers.get("content-md5");
  if (contentMd5 !== undefined && contentMd5 !== Buffer.from(md5, "hex").toString("base64")) {
    const message = "The Content-MD5 you specified did not match what we received.";
    throw new ServiceFault("BadDigest", 400, message);
  }
}
