import { setTimeout as sleep } from "node:timers/promises";
import type { Work } from "../trace/work.ts";
import { createBatch } from "./batch.ts";
import type { Post } from "./post.ts";

export type ExporterOptions = {
  /** The process's own name: `service.name`. */
  service: string;
  post: Post;
  /** Hears of spans that nobody will see, and why. */
  onDropped(spans: number, reason: string): void;
  /** Least time between two requests to the collector. @default 250 */
  everyMilliseconds?: number;
  /** Longest that an answer waits for the collector. @default 100 */
  boundMilliseconds?: number;
  /** How long a collector that failed is left alone. @default 30_000 */
  restMilliseconds?: number;
};

export type Exporter = {
  /**
   * Takes the spans of a work that is over, and sends what is due. Waits for the collector no longer
   * than the bound, and never fails.
   */
  settle(work: Work): Promise<void>;
  /** Sends what waits, now, and waits until it has been taken or lost. */
  flush(): Promise<void>;
};

// As many as this are sent at once. Four times as many wait at most: more means the collector is slower
// than we are, and memory is not the place to queue for it.
const BATCH = 512;
const MOST_WAITING = 4 * BATCH;

/**
 * Sends spans in batches to a collector that may be slow, or gone.
 *
 * A process that is asked rarely sends at the end of each work, so that nothing waits in it while it is
 * frozen. One that is asked often sends every quarter of a second: what is left over goes with the next
 * work, or by a timer where processes are not frozen. A collector that fails loses the batch, and is left
 * alone for half a minute: so a dead one costs the bound at most once in that time.
 */
export function createExporter({
  service,
  post,
  onDropped,
  everyMilliseconds = 250,
  boundMilliseconds = 100,
  restMilliseconds = 30_000,
}: ExporterOptions): Exporter {
  let over: Work[] = [];
  const waiting = createBatch(service);
  let sentAt = Number.NEGATIVE_INFINITY;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let sending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause: NodeJS.Immediate | undefined;

  function writeDown(): void {
    clearImmediate(pause);
    pause = undefined;
    for (const work of over) add(work);
    over = [];
  }

  function add(work: Work): void {
    if (work.lost > 0) onDropped(work.lost, "work.too_many");
    if (performance.now() < restsUntil) onDropped(work.spans.length, "collector.resting");
    else if (waiting.spans + work.spans.length > MOST_WAITING)
      onDropped(work.spans.length, "collector.slow");
    else waiting.add(work);
  }

  function send(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writeDown();
    if (sending || waiting.spans === 0) return sending ?? Promise.resolve();
    const count = waiting.spans;
    sentAt = performance.now();
    sending = post(waiting.take())
      .then((rejected) => {
        if (rejected > 0) onDropped(rejected, "collector.rejected");
      })
      .catch(({ message, retryAfterSeconds }: Error & { retryAfterSeconds?: number }) => {
        const rest = retryAfterSeconds ? retryAfterSeconds * 1000 : restMilliseconds;
        restsUntil = performance.now() + rest;
        onDropped(count, message);
      })
      .finally(() => {
        sending = undefined;
      });
    return sending;
  }

  async function settle(work: Work): Promise<void> {
    over.push(work);
    const due = sentAt + everyMilliseconds - performance.now();
    if (due <= 0 && !sending) return within(send(), boundMilliseconds);
    // So soon after the last one, the next is about to come. Nobody waits for this one, not even for it to
    // be written down: that is done while the next waits for the database.
    pause ??= setImmediate(() => {
      writeDown();
      if (sending || waiting.spans === 0) return;
      if (waiting.spans >= BATCH) void send();
      // What was sending then may have ended since, and the time may be over.
      else timer ??= setTimeout(send, Math.max(0, due)).unref();
    });
  }

  return {
    settle,
    async flush() {
      await sending;
      await send();
    },
  };
}

async function within(work: Promise<void>, milliseconds: number): Promise<void> {
  const stop = new AbortController();
  await Promise.race([work, sleep(milliseconds, undefined, stop).catch(() => {})]);
  stop.abort();
}
