import type { LambdaFunction } from "../lambda/function.ts";
import type { Queue, ReceivedMessage } from "../services/sqs/types.ts";
import type { Json } from "../shared/json.ts";
import { failedMessages } from "./batch-failures.ts";
import { sqsEvent } from "./sqs-event.ts";

export type EventSourceSpec = {
  queue: Queue;
  target: LambdaFunction;
  /** 1 to 10,000. */
  batchSize: number;
  /** How long a batch that is not full waits for more messages. Seconds. */
  windowSeconds: number;
  reportBatchItemFailures: boolean;
  /** Invocations at once. */
  maximumConcurrency: number;
};

/** Feeds a queue's messages to a function. */
export type EventSource = {
  spec: EventSourceSpec;
  start(): void;
  /** Receives nothing more and waits for the batches that are out. */
  stop(): Promise<void>;
};

// SQS hands out at most ten messages a call and waits for at most twenty seconds.
const RECEIVE_MOST = 10;
const RECEIVE_WAIT_SECONDS = 20;

// Lambda backs off when a function has no free environment; the messages' visibility runs on.
const THROTTLED_SECONDS = 1;

/**
 * An event source mapping. It receives when fewer than `maximumConcurrency` batches are out, invokes
 * and deletes what succeeded; what failed comes back when its visibility timeout runs out, and after
 * the last try goes where the queue's redrive policy says.
 */
export function createEventSource(spec: EventSourceSpec): EventSource {
  const stopping = new AbortController();
  const { signal } = stopping;
  const out = new Set<Promise<void>>();
  let feeding: Promise<void> | undefined;

  async function feed(): Promise<void> {
    while (!signal.aborted) {
      if (out.size >= spec.maximumConcurrency) await Promise.race(out);
      const batch = await receiveBatch(spec, signal);
      if (batch.length === 0) continue;
      const delivery = deliver(spec, batch, signal).finally(() => out.delete(delivery));
      out.add(delivery);
    }
  }

  return {
    spec,
    start() {
      feeding = feed();
    },
    async stop() {
      stopping.abort();
      await feeding;
      await Promise.all(out);
    },
  };
}

async function receiveBatch(
  { queue, batchSize, windowSeconds }: EventSourceSpec,
  signal: AbortSignal,
): Promise<ReceivedMessage[]> {
  const batch: ReceivedMessage[] = [];
  const take = async (waitSeconds: number) => {
    const max = Math.min(RECEIVE_MOST, batchSize - batch.length);
    batch.push(...(await queue.receive({ max, waitSeconds, signal })));
  };

  await take(RECEIVE_WAIT_SECONDS);
  const windowEnds = Date.now() + windowSeconds * 1000;
  while (batch.length > 0 && batch.length < batchSize && !signal.aborted) {
    const before = batch.length;
    await take(Math.max(0, (windowEnds - Date.now()) / 1000));
    if (batch.length === before) break;
  }
  return batch;
}

async function deliver(
  { queue, target, reportBatchItemFailures }: EventSourceSpec,
  batch: readonly ReceivedMessage[],
  signal: AbortSignal,
): Promise<void> {
  const outcome = await target.invoke(sqsEvent(batch, queue) as unknown as Json);
  if (!outcome.ok) {
    if (outcome.kind === "throttled") await pause(THROTTLED_SECONDS, signal);
    return;
  }
  const ids = batch.map(({ messageId }) => messageId);
  const failed = reportBatchItemFailures ? failedMessages(outcome.payload, ids) : new Set();
  for (const { messageId, receiptHandle } of batch) {
    if (!failed.has(messageId)) queue.delete(receiptHandle);
  }
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
