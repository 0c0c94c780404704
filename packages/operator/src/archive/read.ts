import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { messageOf, OperatorError } from "../errors.ts";

export type ArchiveEntry = { name: string; bytes: number; chunks: AsyncIterable<Buffer> };

/**
 * The files of a tar archive, in order. The caller reads an entry's chunks before it asks for the next entry,
 * or skips them.
 *
 * @throws OperatorError for a file that is damaged or cut off, and for an entry that is not a plain file, leads
 * out of its folder or has the name of another one
 */
export async function* readArchive(path: string): AsyncGenerator<ArchiveEntry> {
  await requireEnd(path);
  const tar = extract();
  const input = pipeline(createReadStream(path), tar);
  // The iterator reports the same error earlier.
  input.catch(() => {});
  const names = new Set<string>();
  try {
    for await (const entry of tar) {
      const { name, size = 0, type } = entry.header;
      if (type !== "file" || !isPlainPath(name) || names.has(name)) {
        throw new OperatorError(
          `Unexpected entry ${JSON.stringify(name)} (${type}) in the archive. Do not trust it: export the tenant again.`,
        );
      }
      names.add(name);
      yield { name, bytes: size, chunks: checked(entry as AsyncIterable<Buffer>) };
      entry.resume();
    }
    await input;
  } catch (error) {
    throw readError(error);
  }
}

/** A tar file ends with two blocks of zeros, which tar-stream does not require. */
async function requireEnd(path: string): Promise<void> {
  await using file = await open(path);
  const { size } = await file.stat();
  const end = Buffer.alloc(1024, 1);
  await file.read({ buffer: end, position: Math.max(0, size - end.length) });
  if (end.every((byte) => byte === 0)) return;
  throw new OperatorError(`The archive is cut off after ${size} bytes. Copy it again.`);
}

async function* checked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw readError(error);
  }
}

function readError(error: unknown): unknown {
  // The disk's errors have a system call; tar-stream's describe the content.
  if (error instanceof OperatorError || (error as { syscall?: string }).syscall) return error;
  return new OperatorError(
    `The archive is damaged or cut off: ${messageOf(error)}. Copy it again, or use another one.`,
    { cause: error },
  );
}

const isPlainPath = (name: string) =>
  !/[\0\\]/.test(name) && name.split("/").every((part) => !["", ".", ".."].includes(part));
