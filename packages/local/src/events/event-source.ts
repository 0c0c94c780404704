import type { LambdaFunction } from "../lambda/function.ts";
import type { Queue, ReceivedMessage } from "../services/sqs/types.ts";
import type { JsonValue } from "../shared/json.ts";
import { failedMessages } from "./batch-failures.ts";
import { sqsEvent } from "./sqs-event.ts";

export type EventSourceSpec = {
  queue: Queue;
  target: LambdaFunction;
  /** 1 to 10,000. */
  batchSize: number;
  /** How long a batch that is not full waits for more messages, in seconds. */
  windowSeconds: number;
  reportBatchItemFailures: boolean;
  /** Invocations at once. */
  maximumConcurrency: number;
};

/** Delivers a queue's messages to a function. */
export type EventSource = {
  spec: EventSourceSpec;
  start(): void;
  /** Receives no more messages and waits for running batches. */
  stop(): Promise<void>;
};

// SQS returns at most ten messages a call and waits for at most twenty seconds.
const RECEIVE_MAXIMUM = 10;
const RECEIVE_WAIT_SECONDS = 20;

// Lambda backs off when a function has no free environment; the messages' visibility runs on.
const THROTTLED_SECONDS = 1;

/**
 * An event source mapping. It receives while fewer than `maximumConcurrency` batches run, invokes the
 * function and deletes the messages that succeeded. A failed message returns when its visibility timeout
 * expires, and after the last attempt moves to the dead-letter queue.
 */
export function createEventSource(spec: EventSourceSpec): EventSource {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Set<Promise<void>>();
  let polling: Promise<void> | undefined;

  async function poll(): Promise<void> {
    while (!signal.aborted) {
      if (running.size >= spec.maximumConcurrency) await Promise.race(running);
      const batch = await receiveBatch(spec, signal);
      if (batch.length === 0) continue;
      const delivery = deliver(spec, batch, signal).finally(() => running.delete(delivery));
      running.add(delivery);
    }
  }

  return {
    spec,
    start() {
      polling = poll();
    },
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

async function receiveBatch(
  { queue, batchSize, windowSeconds }: EventSourceSpec,
  signal: AbortSignal,
): Promise<ReceivedMessage[]> {
  const batch: ReceivedMessage[] = [];
  const receive = async (waitSeconds: number) => {
    const max = Math.min(RECEIVE_MAXIMUM, batchSize - batch.length);
    batch.push(...(await queue.receive({ max, waitSeconds, signal })));
  };

  await receive(RECEIVE_WAIT_SECONDS);
  const windowEnds = Date.now() + windowSeconds * 1000;
  while (batch.length > 0 && batch.length < batchSize && !signal.aborted) {
    const before = batch.length;
    await receive(Math.max(0, (windowEnds - Date.now()) / 1000));
    if (batch.length === before) break;
  }
  return batch;
}

async function deliver(
  { queue, target, reportBatchItemFailures }: EventSourceSpec,
  batch: readonly ReceivedMessage[],
  signal: AbortSignal,
): Promise<void> {
  const result = await target.invoke(sqsEvent(batch, queue) as unknown as JsonValue);
  if (!result.ok) {
    if (result.kind === "throttled") await pause(THROTTLED_SECONDS, signal);
    return;
  }
  const ids = batch.map(({ messageId }) => messageId);
  const failed = reportBatchItemFailures ? failedMessages(result.payload, ids) : new Set();
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
