import { setTimeout as sleep } from "node:timers/promises";
import type { Work } from "../trace/work.ts";

/** Turns works into spans and sends them in batches. */
export type Pipeline = {
  add(work: Work): void;
  /** Sends what waits, and waits until it has been taken or lost. */
  flush(): Promise<void>;
};

export type ExporterOptions = {
  /** Loads the SDK. Called once, for the first trace that is kept. */
  open(): Promise<Pipeline>;
  /** Called when the pipeline can't be opened, and when it fails. Works that wait are lost. */
  onFailed(error: unknown): void;
  /** A work that ends this long after the last one sends its spans at once. @default 250 */
  rareMilliseconds?: number;
  /** Longest that an answer waits for the collector. @default 100 */
  boundMilliseconds?: number;
};

export type Exporter = {
  /**
   * Takes the spans of a work that is over, and sends what is due. Waits for the collector no longer
   * than the bound, and never fails.
   */
  export(work: Work): Promise<void>;
  /** Sends what waits, now, and waits until it has been taken or lost. */
  flush(): Promise<void>;
};

/**
 * Decides when spans are sent. A process that is called rarely sends at the end of each work, so that
 * nothing waits in it while it is frozen. In one that is called often, the pipeline sends by its timer
 * and its batches: no answer waits for that, nor for the spans to be made.
 */
export function createExporter({
  open,
  onFailed,
  rareMilliseconds = 250,
  boundMilliseconds = 100,
}: ExporterOptions): Exporter {
  const over: Work[] = [];
  let pipeline: Promise<Pipeline> | undefined;
  let endedAt = Number.NEGATIVE_INFINITY;
  let sending: Promise<void> | undefined;
  let pause: NodeJS.Immediate | undefined;

  async function handOver(): Promise<Pipeline> {
    clearImmediate(pause);
    pause = undefined;
    pipeline ??= open();
    const opened = await pipeline;
    for (const work of over.splice(0)) opened.add(work);
    return opened;
  }

  function giveUp(error: unknown): void {
    pipeline = undefined;
    over.length = 0;
    onFailed(error);
  }

  function send(): Promise<void> {
    sending ??= handOver()
      .then((opened) => opened.flush())
      .catch(giveUp)
      .finally(() => {
        sending = undefined;
      });
    return sending;
  }

  return {
    async export(work) {
      over.push(work);
      const isRare = performance.now() - endedAt >= rareMilliseconds;
      // The spans of nested work go with those of the outer one, after which a process may be frozen.
      if (!work.isNested) endedAt = performance.now();
      if (isRare && !work.isNested && !sending) return within(send(), boundMilliseconds);
      // The spans are made while the next request waits for the database.
      pause ??= setImmediate(() => handOver().catch(giveUp));
    },
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
