import type { State } from "../state/index.ts";
import { noisyGroups } from "./fairness.ts";
import type { Notifier } from "./notifier.ts";
import { newReceipt } from "./receipt.ts";
import type { MessageStore, StoredMessage } from "./store.ts";
import type { Queue } from "./types.ts";

export type QueueContext = {
  state: State;
  store: MessageStore;
  notifier: Notifier;
  /** The dead-letter queue, for a queue that has one. */
  deadLetters?: { name: string; notifier: Notifier } | undefined;
  account: string;
  now(): number;
  /** True once the service is closing: waits end empty. */
  closed(): boolean;
};

/**
 * Takes up to `max` visible messages in the caller's transaction: those of quiet groups first, then those of
 * noisy ones. A message without attempts left moves to the dead-letter queue instead.
 */
export function takeMessages(
  queue: Pick<Queue, "name" | "arn" | "spec">,
  context: QueueContext,
  max: number,
  visibilityMs: number,
): StoredMessage[] {
  const { store } = context;
  const now = context.now();
  const sentAfter = now - queue.spec.retentionSeconds * 1000;
  const noisy = noisyGroups(store.inFlightByGroup(queue.name, now));

  const taken: StoredMessage[] = [];
  for (const pick of ["quiet", "noisy"] as const) {
    let found = Number.POSITIVE_INFINITY;
    // Repeated, because some of the messages may have moved to the dead-letter queue.
    while (taken.length < max && found > 0 && (pick === "quiet" || noisy.length > 0)) {
      const missing = max - taken.length;
      const ready = store.ready(queue.name, now, sentAfter, { pick, noisy }, missing);
      // With a visibility timeout of 0 a message stays visible: it must not be in a batch twice.
      const fresh = ready.filter(({ seq }) => taken.every((message) => message.seq !== seq));
      for (const message of fresh) {
        if (moveToDeadLetters(queue, context, message, now)) continue;
        taken.push(store.take(message.seq, now, now + visibilityMs, newReceipt(message.seq)));
      }
      found = ready.length < missing ? 0 : fresh.length;
    }
  }
  return taken;
}

function moveToDeadLetters(
  { arn, spec }: Pick<Queue, "arn" | "spec">,
  { store, deadLetters }: QueueContext,
  message: StoredMessage,
  now: number,
): boolean {
  if (!spec.redrive || !deadLetters) return false;
  if (message.receivesHere < spec.redrive.maxReceiveCount) return false;
  store.move(message.seq, deadLetters.name, now, arn);
  deadLetters.notifier.notify();
  return true;
}
