import { InputFault } from "../protocol/fault.ts";
import { optionalInteger, refuseOthers, text, texts } from "../protocol/input.ts";
import type { ServiceOperation } from "../protocol/json-service.ts";
import { md5OfAttributes, selectAttributes } from "./attributes.ts";
import { MAXIMUM_VISIBILITY_SECONDS } from "./message.ts";
import type { QueueLookup } from "./queue-lookup.ts";
import type { ReceivedMessage } from "./types.ts";

const RECEIVE_PARAMETERS = [
  "QueueUrl",
  "AttributeNames",
  "MessageSystemAttributeNames",
  "MessageAttributeNames",
  "MaxNumberOfMessages",
  "VisibilityTimeout",
  "WaitTimeSeconds",
];

const SYSTEM_ATTRIBUTES = [
  "All",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "AWSTraceHeader",
  "DeadLetterQueueSourceArn",
  "MessageGroupId",
  "SenderId",
  "SentTimestamp",
];

export const receiveMessage =
  (queues: QueueLookup): ServiceOperation =>
  async (input, signal) => {
    refuseOthers(input, RECEIVE_PARAMETERS, "ReceiveMessage");
    const queue = queues.byUrl(text(input, "QueueUrl"));
    // Two names for one parameter: the first is the older.
    const names = [
      ...texts(input, "AttributeNames"),
      ...texts(input, "MessageSystemAttributeNames"),
    ];
    for (const name of names) requireSystemAttribute(name);
    const patterns = texts(input, "MessageAttributeNames");
    const messages = await queue.receive({
      max: optionalInteger(input, "MaxNumberOfMessages", [1, 10]) ?? 1,
      visibilityTimeoutSeconds: optionalInteger(input, "VisibilityTimeout", [
        0,
        MAXIMUM_VISIBILITY_SECONDS,
      ]),
      waitSeconds: optionalInteger(input, "WaitTimeSeconds", [0, 20]),
      signal,
    });
    if (messages.length === 0) return {};
    return { Messages: messages.map((message) => receivedResult(message, names, patterns)) };
  };

function requireSystemAttribute(name: string): void {
  if (SYSTEM_ATTRIBUTES.includes(name)) return;
  const message = `Unknown Attribute ${name}: not implemented by the local cloud.`;
  throw new InputFault("unsupported", "MessageSystemAttributeNames", message);
}

function receivedResult(message: ReceivedMessage, names: string[], patterns: string[]) {
  const system = Object.entries(message.attributes).filter(
    ([name]) => names.includes("All") || names.includes(name),
  );
  const attributes = selectAttributes(message.messageAttributes, patterns);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: message.md5OfBody,
    Attributes: system.length > 0 ? Object.fromEntries(system) : undefined,
    MessageAttributes: Object.keys(attributes).length > 0 ? attributes : undefined,
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}
