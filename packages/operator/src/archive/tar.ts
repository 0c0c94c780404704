import { createReadStream } from "node:fs";
import { Fault } from "../fault.ts";

// The plainest of tar's forms (POSIX ustar), which every tar reads: 512 bytes of header, the content, and
// zeros up to the next multiple of 512.
const BLOCK = 512;

export const padding = (bytes: number) => Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);

/** Two empty blocks: without them a file was cut off. */
export const END = Buffer.alloc(2 * BLOCK);

/** A file's header. `name` is ASCII, 100 characters at most; `bytes` stays below 8 GiB. */
export function header(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "ascii");
  block.write(name, 0, 100, "ascii");
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes, 124, 12);
  octal(0, 136, 12);
  block.write("        0", 148, "ascii");
  block.write("ustar\x0000", 257, "ascii");
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

export type Entry = { name: string; bytes: number; chunks: AsyncIterable<Buffer> };

/**
 * The entries of a tar file, one after the other. Each one's chunks are read before the next is asked for,
 * or skipped.
 *
 * @throws Fault where the file ends too early or is no tar file
 */
export async function* readTar(path: string): AsyncGenerator<Entry> {
  const source = pieces(createReadStream(path));
  for (;;) {
    const block = await all(source.take(BLOCK));
    if (block.every((byte) => byte === 0)) return;
    const { name, bytes } = parse(block);
    const chunks = source.take(bytes);
    yield { name, bytes, chunks };
    await all(chunks);
    await all(source.take(padding(bytes).length));
  }
}

function parse(block: Buffer): { name: string; bytes: number } {
  const text = (from: number, to: number) =>
    block.toString("ascii", from, to).replace(/[\0 ].*$/s, "");
  const told = Number.parseInt(text(148, 156), 8);
  const sum = block.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (told !== sum) throw new Fault("The archive is damaged: a header does not add up.");
  return { name: text(0, 100), bytes: Number.parseInt(text(124, 136), 8) };
}

/** Hands out a stream by the byte. */
function pieces(stream: AsyncIterable<Buffer>) {
  const iterator = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return {
    async *take(bytes: number): AsyncGenerator<Buffer> {
      for (let left = bytes; left > 0; ) {
        if (rest.length === 0) {
          const { value, done } = await iterator.next();
          if (done) throw new Fault("The archive is cut off: it ends before its end.");
          rest = value;
        }
        const piece = rest.subarray(0, left);
        rest = rest.subarray(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
  };
}

export async function all(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
