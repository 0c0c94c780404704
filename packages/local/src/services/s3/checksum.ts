import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ChecksumAlgorithm } from "./types.ts";

/** A checksum that is computed part by part; `digest` returns base64. */
export type RunningChecksum = { update(part: Uint8Array): void; digest(): string };

export const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = [
  "crc32",
  "crc32c",
  "sha1",
  "sha256",
];

export function createDigest(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === "crc32") return crcDigest(crc32);
  if (algorithm === "crc32c") return crcDigest(crc32c);
  const hash = createHash(algorithm);
  return { update: (part) => hash.update(part), digest: () => hash.digest("base64") };
}

function crcDigest(next: (part: Uint8Array, before: number) => number): RunningChecksum {
  let value = 0;
  return {
    update(part) {
      value = next(part, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString("base64");
    },
  };
}

/** CRC-32C: the Castagnoli polynomial of RFC 3720, reflected. */
const CASTAGNOLI = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? CASTAGNOLI : 0);
  return value;
});

function crc32c(part: Uint8Array, before: number): number {
  let value = ~before;
  for (const byte of part) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
