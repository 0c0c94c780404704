import type { S3Object } from "./types.ts";

/** The headers of an upload that S3 stores and returns with the object. */
export const KEPT_HEADERS = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
] as const;

export function encryptionHeaders({ encryption }: S3Object): Record<string, string> {
  const name = "x-amz-server-side-encryption";
  return {
    [name]: encryption.algorithm,
    ...(encryption.kmsKeyId && { [`${name}-aws-kms-key-id`]: encryption.kmsKeyId }),
    ...(encryption.bucketKey && { [`${name}-bucket-key-enabled`]: "true" }),
  };
}

/** S3's response headers for an object. */
export function objectHeaders(object: S3Object): Record<string, string> {
  const metadata = Object.entries(object.metadata);
  return {
    ...object.headers,
    etag: object.etag,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    "accept-ranges": "bytes",
    ...encryptionHeaders(object),
    ...Object.fromEntries(metadata.map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
}
