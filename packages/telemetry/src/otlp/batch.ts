import type { Work } from "../trace/work.ts";
import { AFTER, before, encodeSpans } from "./encode.ts";

/** Spans that wait to be sent, as one ExportTraceServiceRequest. */
export type Batch = {
  readonly spans: number;
  /** Writes down the spans of a work that is over. Nothing of it is needed any longer. */
  add(work: Work): void;
  /** All that were added since the last time. Good until it is called once more. */
  take(): Buffer;
};

const FIRST_BYTES = 64 * 1024;
const MOST_BYTES_OF_A_CHARACTER = 3;

/**
 * Spans are written down as bytes at once, in memory that is used again: a work that waits as an object
 * survives the collector's young generation, and a request made of all of them in the end is as large a
 * text, to be allocated and copied twice.
 *
 * @param service the process's own name
 */
export function createBatch(service: string): Batch {
  const head = `{"resourceSpans":[${before(service)}`;
  // One is filled while the other is sent.
  let [bytes, other] = [Buffer.alloc(0), Buffer.alloc(0)];
  let length = 0;
  let spans = 0;
  let browser = "";

  function write(text: string): void {
    const room = length + text.length * MOST_BYTES_OF_A_CHARACTER;
    if (room > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, 2 * room));
      bytes.copy(larger, 0, 0, length);
      bytes = larger;
    }
    length += bytes.write(text, length);
  }

  return {
    get spans() {
      return spans;
    },
    add(work) {
      const encoded = encodeSpans(work);
      write(spans === 0 ? head : ",");
      write(encoded.own);
      if (encoded.browser) browser += browser ? `,${encoded.browser}` : encoded.browser;
      spans += work.spans.length;
    },
    take() {
      write(AFTER);
      if (browser) write(`,${before("browser")}${browser}${AFTER}`);
      write("]}");
      const whole = bytes.subarray(0, length);
      [bytes, other] = [other, bytes];
      length = 0;
      spans = 0;
      browser = "";
      return whole;
    },
  };
}
