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
  /** The dead-letter queue's name and bell, for a queue that has one. */
  deadLetters?: { name: string; notifier: Notifier } | undefined;
  account: string;
  now(): number;
  /** True once the service is closing: waits end empty. */
  closed(): boolean;
};

/**
 * Takes up to `max` visible messages in the caller's transaction: those of quiet groups first, then those of
 * noisy ones. A message that has used up its tries moves to the dead letters instead.
 */
export function takeMessages(
  queue: Pick<Queue, "name" | "arn" | "spec">,
  tools: QueueContext,
  max: number,
  visibilityMs: number,
): StoredMessage[] {
  const { store } = tools;
  const now = tools.now();
  const sentAfter = now - queue.spec.retentionSeconds * 1000;
  const noisy = noisyGroups(store.inFlightByGroup(queue.name, now));

  const taken: StoredMessage[] = [];
  for (const pick of ["quiet", "noisy"] as const) {
    let found = Number.POSITIVE_INFINITY;
    // Again after a round, because some of it may have been dead letters.
    while (taken.length < max && found > 0 && (pick === "quiet" || noisy.length > 0)) {
      const wanted = max - taken.length;
      const ready = store.ready(queue.name, now, sentAfter, { pick, noisy }, wanted);
      // A visibility timeout of 0 leaves a message visible: it must not come twice in one batch.
      const fresh = ready.filter(({ seq }) => taken.every((message) => message.seq !== seq));
      for (const message of fresh) {
        if (giveUp(queue, tools, message, now)) continue;
        taken.push(store.take(message.seq, now, now + visibilityMs, newReceipt(message.seq)));
      }
      found = ready.length < wanted ? 0 : fresh.length;
    }
  }
  return taken;
}

function giveUp(
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
