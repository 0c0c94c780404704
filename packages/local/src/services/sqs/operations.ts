import { ServiceFault } from "../protocol/fault.ts";
import { optionalText, refuseOthers, text, texts } from "../protocol/input.ts";
import type { ServiceOperation } from "../protocol/json-service.ts";
import { queueAttributes } from "./queue-attributes.ts";
import { noSuchQueue, type QueueLookup } from "./queue-lookup.ts";
import { batch, changeVisibility, deleteMessage, single } from "./receipt-operations.ts";
import { receiveMessage } from "./receive.ts";
import { sendMessage, sendMessageBatch } from "./send.ts";

/** SQS allows one purge of a queue per minute. */
const PURGE_EVERY_MS = 60_000;

/** The operations of SQS that the local cloud implements; all others are refused by name. */
export const sqsOperations = (
  queues: QueueLookup,
  now: () => number,
): Record<string, ServiceOperation> => ({
  SendMessage: sendMessage(queues),
  SendMessageBatch: sendMessageBatch(queues),
  ReceiveMessage: receiveMessage(queues),
  DeleteMessage: single(queues, deleteMessage),
  DeleteMessageBatch: batch(queues, deleteMessage),
  ChangeMessageVisibility: single(queues, changeVisibility),
  ChangeMessageVisibilityBatch: batch(queues, changeVisibility),
  PurgeQueue: purgeQueue(queues, now),

  GetQueueAttributes(input) {
    refuseOthers(input, ["QueueUrl", "AttributeNames"], "GetQueueAttributes");
    const queue = queues.byUrl(text(input, "QueueUrl"));
    return queueAttributes(queue, texts(input, "AttributeNames"));
  },

  GetQueueUrl(input) {
    refuseOthers(input, ["QueueName", "QueueOwnerAWSAccountId"], "GetQueueUrl");
    const owner = optionalText(input, "QueueOwnerAWSAccountId") ?? queues.account;
    if (owner !== queues.account) throw noSuchQueue();
    return { QueueUrl: queues.byName(text(input, "QueueName")).url };
  },
});

function purgeQueue(queues: QueueLookup, now: () => number): ServiceOperation {
  const purgedAt = new Map<string, number>();
  return (input) => {
    refuseOthers(input, ["QueueUrl"], "PurgeQueue");
    const queue = queues.byUrl(text(input, "QueueUrl"));
    if (now() - (purgedAt.get(queue.name) ?? 0) < PURGE_EVERY_MS) {
      const message = `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`;
      throw new ServiceFault("PurgeQueueInProgress", 403, message);
    }
    purgedAt.set(queue.name, now());
    queue.purge();
    return {};
  };
}
