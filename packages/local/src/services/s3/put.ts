import { ServiceFault } from "../protocol/fault.ts";
import { refuseOtherParameters, type S3Request } from "./call.ts";
import { CHECKSUM_ALGORITHMS } from "./checksum.ts";
import { createChunkSigner, decodeChunks } from "./chunked.ts";
import { writePrecondition } from "./conditions.ts";
import { checksumAlgorithm, requireChecksum, requireDigests } from "./digests.ts";
import { invalidArgument, notImplemented } from "./fault.ts";
import { encryptionHeaders, KEPT_HEADERS } from "./headers.ts";
import type { Encryption } from "./types.ts";

/** S3's limit for one PutObject: 5 GiB. */
const MAXIMUM_BYTES = 5 * 1024 ** 3;

const HEADERS = [
  "content-md5",
  "if-match",
  "if-none-match",
  "x-amz-decoded-content-length",
  "x-amz-trailer",
  "x-amz-sdk-checksum-algorithm",
  "x-amz-checksum-type",
  "x-amz-meta-",
  "x-amz-server-side-encryption",
  "x-amz-server-side-encryption-aws-kms-key-id",
  "x-amz-server-side-encryption-bucket-key-enabled",
  ...CHECKSUM_ALGORITHMS.map((algorithm) => `x-amz-checksum-${algorithm}`),
];

/** PutObject, plain or `aws-chunked`. The object becomes visible after all its digests have been checked. */
export async function putObject(call: S3Request): Promise<void> {
  refuseOtherParameters(call, { headers: HEADERS, query: [] });
  const { headers, bucket, key, response } = call;
  const trailers = new Map<string, string>();
  const algorithm = checksumAlgorithm(call);
  const object = await bucket.put(key, limit(bodyOf(call, trailers), MAXIMUM_BYTES), {
    headers: keptHeaders(headers),
    metadata: metadataOf(headers),
    encryption: encryptionOf(headers),
    checksumAlgorithm: algorithm,
    precondition: writePrecondition(call),
    accept(received) {
      requireDigests(call, received);
      if (algorithm) requireChecksum(algorithm, received.checksum, headers, trailers);
    },
  });
  response.writeHead(200, {
    etag: object.etag,
    ...encryptionHeaders(object),
    ...(object.checksum && {
      [`x-amz-checksum-${object.checksum.algorithm}`]: object.checksum.value,
      "x-amz-checksum-type": "FULL_OBJECT",
    }),
  });
  response.end();
}

function bodyOf(call: S3Request, trailers: Map<string, string>): AsyncIterable<Uint8Array> {
  const { headers, request, signature, payloadHash } = call;
  const streaming = payloadHash.startsWith("STREAMING-");
  // S3 requires the size before the body; for a chunked transfer the decoded size.
  if (!headers.has(streaming ? "x-amz-decoded-content-length" : "content-length")) {
    const message = "You must provide the Content-Length HTTP header.";
    throw new ServiceFault("MissingContentLength", 411, message);
  }
  switch (payloadHash) {
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
      return decodeChunks(request, trailers);
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      return decodeChunks(request, trailers, createChunkSigner(signature));
    default:
      if (streaming) throw notImplemented(payloadHash);
      return request;
  }
}

async function* limit(body: AsyncIterable<Uint8Array>, most: number) {
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > most) {
      const message = "Your proposed upload exceeds the maximum allowed size";
      throw new ServiceFault("EntityTooLarge", 400, message);
    }
    yield part;
  }
}

function keptHeaders(headers: S3Request["headers"]): Record<string, string> {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    // `aws-chunked` describes the transfer, not the object.
    const own = name === "content-encoding" ? value?.replace(/\baws-chunked\b,?\s*/, "") : value;
    return own ? [[name, own.replace(/,\s*$/, "")]] : [];
  });
  return { "content-type": "binary/octet-stream", ...Object.fromEntries(kept) };
}

function metadataOf(headers: S3Request["headers"]): Record<string, string> {
  const prefix = "x-amz-meta-";
  const metadata = [...headers].filter(([name]) => name.startsWith(prefix));
  const bytes = metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > 2048 + metadata.length * prefix.length) {
    const message = "Your metadata headers exceed the maximum allowed metadata size";
    throw new ServiceFault("MetadataTooLarge", 400, message);
  }
  return Object.fromEntries(metadata.map(([name, value]) => [name.slice(prefix.length), value]));
}

function encryptionOf(headers: S3Request["headers"]): Encryption | undefined {
  const name = "x-amz-server-side-encryption";
  const algorithm = headers.get(name);
  const kmsKeyId = headers.get(`${name}-aws-kms-key-id`);
  const bucketKey = headers.get(`${name}-bucket-key-enabled`) === "true" || undefined;
  if (algorithm === undefined && kmsKeyId === undefined) return undefined;
  if (algorithm === "AES256" && kmsKeyId === undefined) return { algorithm };
  if (algorithm === "aws:kms" || algorithm === "aws:kms:dsse") {
    return { algorithm, kmsKeyId, bucketKey };
  }
  throw invalidArgument(name, algorithm ?? "", "The encryption method specified is not supported");
}
