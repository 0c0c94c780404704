import { createHash, randomUUID } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type BufferedFile = AsyncDisposable & {
  path: string;
  bytes: number;
  /** In base64, as `x-amz-checksum-sha256` wants it. */
  sha256: string;
};

/** Writes what `chunks` yields to a temporary file, which disposing of the result removes. */
export async function bufferToFile(
  chunks: AsyncIterable<string | Uint8Array>,
): Promise<BufferedFile> {
  const path = join(tmpdir(), `bufferToFile-${randomUUID()}`);
  const remove = () => rm(path, { force: true });
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await using file = await open(path, "wx", 0o600);
    for await (const chunk of chunks) {
      const data = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      hash.update(data);
      bytes += data.byteLength;
      await file.writeFile(data);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, bytes, sha256: hash.digest("base64"), [Symbol.asyncDispose]: remove };
}
