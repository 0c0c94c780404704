import type { IncomingMessage } from "node:http";
import { ServiceFault } from "./fault.ts";

/** Reads a whole request body. Throws a ServiceFault (413) past the limit, in bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new ServiceFault(
        "RequestEntityTooLarge",
        413,
        `The request body exceeds ${limit} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
