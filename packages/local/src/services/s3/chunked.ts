import { createHash, hash } from "node:crypto";
import { ServiceFault } from "../protocol/fault.ts";
import { type Signature, sameSignature } from "../sigv4/index.ts";

/** Ample for a chunk's header or a trailer's line: `size;chunk-signature=<64 hex digits>`. */
const MOST_LINE_BYTES = 1024;

/**
 * Decodes `aws-chunked`, the upload format for bodies whose digest is unknown when the request is signed.
 * Trailers are added to the map. With a signer, each chunk must carry a signature that continues the
 * request's (S3 API reference, "Signature calculations … in multiple chunks").
 */
export async function* decodeChunks(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
  signer?: ChunkSigner,
): AsyncGenerator<Buffer> {
  const reader = createReader(source);
  for (let size = -1; size !== 0; ) {
    const header = await reader.line();
    const [, digits, signature] =
      /^([0-9a-fA-F]{1,8})(?:;chunk-signature=(\w+))?$/.exec(header) ?? [];
    if (digits === undefined) throw malformed("A chunk has no size.");
    size = Number.parseInt(digits, 16);
    const digest = createHash("sha256");
    for await (const part of reader.bytes(size)) {
      digest.update(part);
      yield part;
    }
    await signer?.chunk(digest.digest("hex"), signature);
    if (size > 0 && (await reader.line()) !== "") throw malformed("A chunk does not end.");
  }
  await readTrailers(reader, trailers, signer);
}

async function readTrailers(
  reader: ChunkReader,
  trailers: Map<string, string>,
  signer: ChunkSigner | undefined,
): Promise<void> {
  for (let line = await reader.line(); line !== ""; line = await reader.line()) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || trailers.size >= 10) throw malformed("A trailer is malformed.");
    trailers.set(name, line.slice(colon + 1).trim());
  }
  const signature = trailers.get("x-amz-trailer-signature");
  trailers.delete("x-amz-trailer-signature");
  if (trailers.size > 0) await signer?.trailer(trailers, signature);
}

type ChunkReader = ReturnType<typeof createReader>;

function createReader(source: AsyncIterable<Uint8Array>) {
  const parts = source[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  async function more(): Promise<void> {
    const { value, done } = await parts.next();
    if (done) throw malformed("The body ends before its last chunk.");
    buffer = buffer.length === 0 ? Buffer.from(value) : Buffer.concat([buffer, value]);
  }
  return {
    async line(): Promise<string> {
      while (!buffer.includes("\r\n")) {
        if (buffer.length > MOST_LINE_BYTES) throw malformed("A chunk's header is too long.");
        await more();
      }
      const end = buffer.indexOf("\r\n");
      const line = buffer.toString("latin1", 0, end);
      buffer = buffer.subarray(end + 2);
      return line;
    },
    async *bytes(count: number): AsyncGenerator<Buffer> {
      for (let left = count; left > 0; ) {
        if (buffer.length === 0) await more();
        const part = buffer.subarray(0, left);
        buffer = buffer.subarray(part.length);
        left -= part.length;
        yield part;
      }
    },
  };
}

export type ChunkSigner = {
  chunk(digest: string, signature: string | undefined): Promise<void>;
  trailer(trailers: ReadonlyMap<string, string>, signature: string | undefined): Promise<void>;
};

/** Checks the chain of signatures that starts with the request's own. */
export function createChunkSigner({ sign, timestamp, scope, signature }: Signature): ChunkSigner {
  let previous = signature;
  const demand = async (algorithm: string, digests: string[], given: string | undefined) => {
    const expected = await sign([algorithm, timestamp, scope, previous, ...digests].join("\n"));
    if (!sameSignature(expected, given)) {
      const message = "The signature of a chunk does not match the signature we calculated.";
      throw new ServiceFault("SignatureDoesNotMatch", 403, message);
    }
    previous = expected;
  };
  return {
    chunk: (digest, given) =>
      demand("AWS4-HMAC-SHA256-PAYLOAD", [hash("sha256", ""), digest], given),
    trailer(trailers, given) {
      const lines = [...trailers].map(([name, value]) => `${name}:${value}\n`);
      return demand("AWS4-HMAC-SHA256-TRAILER", [hash("sha256", lines.join(""))], given);
    },
  };
}

const malformed = (message: string) => new ServiceFault("IncompleteBody", 400, message);
