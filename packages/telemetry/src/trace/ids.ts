import { randomFillSync } from "node:crypto";

// Random bytes are drawn a page at a time: one draw for each id costs more than all else a span does.
const pool = Buffer.alloc(4_096);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString("hex", used - bytes, used);
}

/** 16 characters, never all zero: that would mean "none". */
export function newSpanId(): string {
  const id = randomHex(8);
  return /^0+$/.test(id) ? newSpanId() : id;
}

/**
 * 32 characters. The first eight are the time in seconds, as in X-Ray's own ids, so that the id can be
 * written in X-Ray's form; the other 96 bits are random.
 */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return seconds.padStart(8, "0") + randomHex(12);
}
