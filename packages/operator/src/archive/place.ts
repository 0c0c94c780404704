import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Objects } from "@bulkhead/aws/objects";
import { Fault } from "../fault.ts";

/** Where archives are kept. What works on one is given a file of this machine. */
export type Archives = {
  /** What people are told it is called. */
  nameOf(archive: string): string;
  write<T>(archive: string, work: (path: string) => Promise<T>): Promise<T>;
  /** @throws Fault when there is none */
  read<T>(archive: string, work: (path: string) => Promise<T>): Promise<T>;
};

/** Archives are files, named by their paths. */
export const fileArchives: Archives = {
  nameOf: (archive) => archive,
  write: (archive, work) => work(archive),
  read: (archive, work) => work(archive),
};

/**
 * Archives are objects below `archives/` in a bucket. One is as large as the temporary folder takes, and
 * 5 GB at most, S3's limit for one request.
 */
export function storedArchives(
  bucketName: string,
  bucket: Pick<Objects, "list" | "open" | "putStream">,
): Archives {
  return {
    nameOf: (archive) => `s3://${bucketName}/${keyOf(archive)}`,

    write: (archive, work) =>
      inFolder(async (file) => {
        const key = keyOf(archive);
        for await (const found of bucket.list(key)) {
          if (found === key) throw new Fault(`There is an archive ${archive} already.`);
        }
        const result = await work(file);
        await bucket.putStream(key, createReadStream(file), "application/x-tar");
        return result;
      }),

    read: (archive, work) =>
      inFolder(async (file) => {
        const found = await bucket.open(keyOf(archive));
        if (!found) throw new Fault(`There is no archive s3://${bucketName}/${keyOf(archive)}.`);
        await pipeline(found.chunks, createWriteStream(file, { mode: 0o600 }));
        return work(file);
      }),
  };
}

/** @throws Fault for what is no plain name: it must lead nowhere else in the bucket */
function keyOf(archive: string): string {
  if (/^[A-Za-z0-9][\w.-]{0,99}$/.test(archive)) return `archives/${archive}`;
  throw new Fault(
    `${JSON.stringify(archive)} is no name of an archive: letters, digits, dots, dashes and underscores.`,
  );
}

async function inFolder<T>(work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "bulkhead-archive-"));
  try {
    return await work(path.join(folder, "archive.tar"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
