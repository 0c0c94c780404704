import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { OperatorError } from "../errors.ts";
import type { ArchivedFile } from "./manifest.ts";

export type ArchiveWriter = {
  add(name: string, content: string): Promise<void>;
  /** @throws Error when the chunks are not as many bytes */
  addStream(name: string, bytes: number, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  files: readonly ArchivedFile[];
};

/**
 * Writes a tar archive to `PATH.part`, which is renamed when it is complete. Only its owner can read it.
 *
 * @throws OperatorError when there is one already
 */
export async function writeArchive<T>(
  path: string,
  work: (archive: ArchiveWriter) => Promise<T>,
): Promise<T> {
  if (await stat(path).catch(() => undefined)) {
    throw new OperatorError(`${path} exists already and is not overwritten. Choose another name.`);
  }
  const part = `${path}.part`;
  await rm(part, { force: true });
  const tar = pack();
  const output = pipeline(tar, createWriteStream(part, { flags: "wx", mode: 0o600, flush: true }));
  // A failure reaches the writer of an entry first.
  output.catch(() => {});
  const files: ArchivedFile[] = [];

  const addStream: ArchiveWriter["addStream"] = async (name, bytes, chunks) => {
    const hash = createHash("sha256");
    await pipeline(
      chunks,
      async function* hashed(source: AsyncIterable<Uint8Array>) {
        for await (const chunk of source) {
          hash.update(chunk);
          yield chunk;
        }
      },
      // One fixed time, so that the same rows make the same archive.
      tar.entry({ name, size: bytes, mode: 0o600, mtime: new Date(0) }),
    );
    files.push({ name, bytes, sha256: hash.digest("hex") });
  };

  try {
    const result = await work({
      files,
      addStream,
      add: (name, content) => {
        const bytes = Buffer.from(content);
        return addStream(name, bytes.length, Readable.from([bytes]));
      },
    });
    tar.finalize();
    await output;
    await rename(part, path);
    return result;
  } catch (error) {
    tar.destroy();
    await output.catch(() => {});
    await rm(part, { force: true });
    throw error;
  }
}
