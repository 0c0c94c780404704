import type { IncomingMessage } from "node:http";

/** An HTTP API takes ten megabytes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const BODY_BYTES = 10 * 1024 * 1024;

// A client that is cut off while it sends may not read the response, so the rest is read and discarded, up to
// this limit.
const DISCARD_BYTES = 64 * 1024 * 1024;

/** The whole body, or `undefined` when it exceeds the limit. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES) chunks.push(chunk);
    if (bytes > DISCARD_BYTES) break;
  }
  return bytes > BODY_BYTES ? undefined : Buffer.concat(chunks);
}
