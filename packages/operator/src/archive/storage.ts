import { createReadStream, createWriteStream } from "node:fs";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { messageOf, OperatorError } from "../errors.ts";
import type { Bucket } from "./bucket.ts";

/** Where archives are kept. The work on one is given a file of this machine. */
export type ArchiveStorage = {
  /** The archive's location, for people. */
  locationOf(archive: string): string;
  write<T>(archive: string, work: (path: string) => Promise<T>): Promise<T>;
  /** @throws OperatorError when there is none */
  read<T>(archive: string, work: (path: string) => Promise<T>): Promise<T>;
};

/** Archives are files, named by their paths. */
export const fileStorage: ArchiveStorage = {
  locationOf: (archive) => archive,
  write: (archive, work) => work(archive),
  async read(archive, work) {
    await access(archive).catch((error) => {
      throw new OperatorError(`The archive ${archive} can't be read: ${messageOf(error)}.`);
    });
    return work(archive);
  },
};

/**
 * Archives are objects below `archives/` in a bucket. The temporary folder limits their size, and so does
 * S3's 5 GB for one request.
 */
export function bucketStorage(bucketName: string, bucket: Bucket): ArchiveStorage {
  const locationOf = (archive: string) => `s3://${bucketName}/${keyOf(archive)}`;
  return {
    locationOf,

    write: (archive, work) =>
      withTemporaryFile(async (file) => {
        const key = keyOf(archive);
        for await (const found of bucket.list(key)) {
          if (found === key) {
            throw new OperatorError(
              `${locationOf(archive)} exists already and is not overwritten. Choose another name.`,
            );
          }
        }
        const result = await work(file);
        await bucket.putStream(key, createReadStream(file), "application/x-tar");
        return result;
      }),

    read: (archive, work) =>
      withTemporaryFile(async (file) => {
        const found = await bucket.open(keyOf(archive));
        if (!found) throw new OperatorError(`There is no archive ${locationOf(archive)}.`);
        await pipeline(found.chunks, createWriteStream(file, { mode: 0o600 }));
        return work(file);
      }),
  };
}

/** @throws OperatorError for a name that could lead elsewhere in the bucket */
function keyOf(archive: string): string {
  if (/^[A-Za-z0-9][\w.-]{0,99}$/.test(archive)) return `archives/${archive}`;
  throw new OperatorError(
    `Invalid archive name ${JSON.stringify(archive)}: expected letters, digits, dots, dashes and underscores.`,
  );
}

async function withTemporaryFile<T>(work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "bulkhead-archive-"));
  try {
    return await work(path.join(folder, "archive.tar"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
