import { createHash, randomUUID } from "node:crypto";
import { createReadStream, openSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createDigest } from "./checksum.ts";
import type { ByteRange, ChecksumAlgorithm, UploadDigests } from "./types.ts";

/** Object bodies as files. Their names are random, so that no part of a key reaches the file system. */
export type Files = ReturnType<typeof openFiles>;

export function openFiles(folder: string) {
  const path = (file: string) => join(folder, file);
  return {
    /**
     * Writes a body durably under a temporary name. `keep` gives the file its final name and returns it;
     * `discard` removes it. After a crash the next `sweep` removes the file.
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
    /** Opens the file at once, so that a later deletion does not affect the reader. */
    open: (file: string) => openSync(path(file), "r"),
    read: (descriptor: number, range?: ByteRange) =>
      createReadStream("", { fd: descriptor, start: range?.start ?? 0, ...range }),
    remove: (file: string) => rmSync(path(file), { force: true }),
    /** Removes files of interrupted writes and deletions. */
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
