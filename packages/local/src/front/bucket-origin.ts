import { buffer } from "node:stream/consumers";
import type { FrontRequest, FrontResponse } from "../http/message.ts";
import type { S3Bucket } from "../services/s3/types.ts";

/**
 * A bucket behind a distribution. Its policy lets CloudFront read objects but not list them, so S3
 * returns 403 for an object that does not exist.
 */
export const bucketOrigin =
  (bucket: S3Bucket) =>
  async ({ method, path }: FrontRequest): Promise<FrontResponse> => {
    const key = keyOf(path);
    const found = key === undefined ? undefined : bucket.get(key);
    if (!found) return denied();
    const { etag, modifiedAt, headers: stored } = found.object;
    const named: [string, string][] = [
      ...Object.entries(stored),
      ["etag", etag],
      ["last-modified", new Date(modifiedAt).toUTCString()],
    ];
    try {
      return { status: 200, headers: named, body: await bodyOf(method, found) };
    } finally {
      found.close();
    }
  };

const bodyOf = async (method: string, found: { read(): NodeJS.ReadableStream }) =>
  method === "HEAD" ? "" : buffer(found.read());

function keyOf(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(1)) || undefined;
  } catch {
    return undefined;
  }
}

const denied = (): FrontResponse => ({
  status: 403,
  headers: [["content-type", "application/xml"]],
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`,
});
