import { createHash, randomUUID } from "node:crypto";
import { createReadStream, openSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createDigest } from "./checksum.ts";
import type { ByteRange, ChecksumAlgorithm, UploadDigests } from "./types.ts";

/** Object bodies as files. Their names are random: no byte of a key ever reaches the file system. */
export type Files = ReturnType<typeof openFiles>;

export function openFiles(folder: string) {
  const path = (file: string) => join(folder, file);
  return {
    /**
     * Writes a body beside the others, durable but not yet kept: `keep` gives it its name, which is answered;
     * `discard` removes it. A crash in between leaves a file that the next `sweep` removes.
     */
    async receive(body: AsyncIterable<Uint8Array>, algorithm: ChecksumAlgorithm | undefined) {
      const file = randomUUID();
      const part = path(`${file}.part`);
      const handle = await open(part, "wx", 0o600);
      try {
        const received = await write(handle, body, algorithm);
        await handle.sync();
        return {
          received,
          async keep() {
            await rename(part, path(file));
            return file;
          },
          discard: () => rm(part, { force: true }),
        };
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      } finally {
        await handle.close();
      }
    },
    /** Opens at once, so that a deletion a moment later does not cut the reader off. */
    open: (file: string) => openSync(path(file), "r"),
    read: (descriptor: number, range?: ByteRange) =>
      createReadStream("", { fd: descriptor, start: range?.start ?? 0, ...range }),
    remove: (file: string) => rmSync(path(file), { force: true }),
    /** Removes what an interrupted write or deletion left behind. */
    sweep(kept: ReadonlySet<string>) {
      for (const file of readdirSync(folder)) {
        if (!kept.has(file)) rmSync(path(file), { force: true });
      }
    },
  };
}

async function write(
  handle: FileHandle,
  body: AsyncIterable<Uint8Array>,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<UploadDigests> {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  const checksum = algorithm && createDigest(algorithm);
  let size = 0;
  for await (const part of body) {
    size += part.length;
    md5.update(part);
    sha256.update(part);
    checksum?.update(part);
    await handle.writeFile(part);
  }
  return {
    size,
    md5: md5.digest("hex"),
    sha256: sha256.digest("hex"),
    checksum: algorithm && checksum && { algorithm, value: checksum.digest() },
  };
}
