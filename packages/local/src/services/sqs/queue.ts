import { InputFault, ServiceFault } from "../protocol/fault.ts";
import { md5 } from "./attributes.ts";
import { messageOfReceipt } from "./receipt.ts";
import type { StoredMessage } from "./store.ts";
import { type QueueContext, takeMessages } from "./take.ts";
import type { ListedMessage, Queue, ReceivedMessage, ReceiveOptions } from "./types.ts";

const EXPIRE_EVERY_MS = 60_000;

/** A queue in SQLite. The notifier only tells waiting receivers when to query again. */
export function openQueue(
  identity: Pick<Queue, "name" | "url" | "arn" | "createdAt" | "spec">,
  context: QueueContext,
): Queue {
  const { name, spec, arn, url } = identity;
  const { state, store, notifier, now } = context;
  let expiredAt = 0;

  /** Deletes expired messages once a minute. They are never received before that either. */
  function expire(): void {
    if (now() - expiredAt < EXPIRE_EVERY_MS) return;
    expiredAt = now();
    store.expire(name, expiredAt - spec.retentionSeconds * 1000);
  }

  async function receive(options: ReceiveOptions): Promise<ReceivedMessage[]> {
    const { max, visibilityTimeoutSeconds, signal } = options;
    const visibilityMs = (visibilityTimeoutSeconds ?? spec.visibilityTimeoutSeconds) * 1000;
    // A monotonic clock: the system's clock may be set back meanwhile.
    const until = performance.now() + (options.waitSeconds ?? spec.receiveWaitSeconds) * 1000;
    while (!signal?.aborted && !context.closed()) {
      expire();
      const taken = state.transaction(() => takeMessages(identity, context, max, visibilityMs));
      const left = until - performance.now();
      if (taken.length > 0 || left <= 0) return taken.map((m) => received(m, context.account));
      const next = store.nextVisibleAt(name, now()) ?? Number.POSITIVE_INFINITY;
      await notifier.wait(Math.max(1, Math.min(left, next - now())), signal);
    }
    return [];
  }

  return {
    ...identity,
    receive,
    send(messages) {
      const delayed = messages.map((message) => ({
        ...message,
        delayMs: (message.delaySeconds ?? spec.delaySeconds) * 1000,
      }));
      const ids = store.insert(name, delayed, now());
      notifier.notify();
      return ids;
    },
    delete(receipt) {
      store.remove(name, messageOfReceipt(receipt), receipt);
    },
    changeVisibility(receipt, seconds) {
      const message = store.find(name, messageOfReceipt(receipt));
      if (message?.receipt !== receipt) throw unknownReceipt(receipt);
      if (message.visibleAt <= now()) throw notInFlight(message.id);
      store.showAt(message.seq, now() + seconds * 1000);
      notifier.notify();
    },
    purge() {
      store.expire(name, Number.MAX_SAFE_INTEGER);
    },
    releaseInFlight() {
      const released = store.release(name, now());
      notifier.notify();
      return released;
    },
    stats: () => ({ name, url, arn, ...store.count(name, now()) }),
    list: (limit = 100) => store.list(name, limit).map((message) => listed(message, now())),
  };
}

function unknownReceipt(receipt: string): InputFault {
  const reason = "Message does not exist or is not available for visibility timeout change.";
  const message = `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: ${reason}`;
  return new InputFault("invalid", "ReceiptHandle", message);
}

const notInFlight = (id: string) =>
  new ServiceFault("MessageNotInflight", 400, `The message ${id} is not in flight.`);

function received(message: StoredMessage, account: string): ReceivedMessage {
  const { groupId, traceHeader, deadLetterSource } = message;
  return {
    messageId: message.id,
    receiptHandle: message.receipt ?? "",
    body: message.body,
    md5OfBody: md5(message.body),
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: account,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      ...(groupId !== null && { MessageGroupId: groupId }),
      ...(traceHeader !== null && { AWSTraceHeader: traceHeader }),
      ...(deadLetterSource !== null && { DeadLetterQueueSourceArn: deadLetterSource }),
    },
    messageAttributes: message.attributes,
  };
}

function listed(message: StoredMessage, now: number): ListedMessage {
  const waiting = message.receivesHere > 0 ? "in flight" : "delayed";
  return {
    messageId: message.id,
    body: message.body,
    groupId: message.groupId ?? undefined,
    attributes: message.attributes,
    traceHeader: message.traceHeader ?? undefined,
    deadLetterSource: message.deadLetterSource ?? undefined,
    state: message.visibleAt > now ? waiting : "visible",
    sentAt: new Date(message.sentAt).toISOString(),
    visibleAt: new Date(message.visibleAt).toISOString(),
    receiveCount: message.receives,
  };
}
