import { randomBytes } from "node:crypto";

// Random bytes are drawn and written in hex a page at a time: to do it for each id costs more than all else
// a span does.
const PAGE_BYTES = 4_096;
let page = "";
let used = 0;

function randomHex(characters: number): string {
  if (used + characters > page.length) {
    page = randomBytes(PAGE_BYTES).toString("hex");
    used = 0;
  }
  used += characters;
  return page.slice(used - characters, used);
}

const NONE = "0".repeat(16);

/** 16 characters, never all zero: that would mean "none". */
export function newSpanId(): string {
  const id = randomHex(16);
  return id === NONE ? newSpanId() : id;
}

/**
 * 32 characters. The first eight are the time in seconds, as in X-Ray's own ids, so that the id can be
 * written in X-Ray's form; the other 96 bits are random.
 */
export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return seconds.padStart(8, "0") + randomHex(24);
}
