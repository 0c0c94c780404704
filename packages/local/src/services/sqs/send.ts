import { ServiceFault } from "../protocol/fault.ts";
import { refuseOthers, text } from "../protocol/input.ts";
import type { ServiceOperation } from "../protocol/json-service.ts";
import { md5, md5OfAttributes } from "./attributes.ts";
import { eachEntry, entriesOf } from "./batch.ts";
import { MAXIMUM_BYTES, MESSAGE_PARAMETERS, parseMessage, requireSize, sizeOf } from "./message.ts";
import type { QueueLookup } from "./queue-lookup.ts";
import type { NewMessage } from "./types.ts";

export const sendMessage =
  (queues: QueueLookup): ServiceOperation =>
  (input) => {
    refuseOthers(input, ["QueueUrl", ...MESSAGE_PARAMETERS], "SendMessage");
    const queue = queues.byUrl(text(input, "QueueUrl"));
    const message = parseMessage(input);
    requireSize(message, queue.spec.maximumMessageBytes);
    const [id = ""] = queue.send([message]);
    return sentResult(id, message);
  };

export const sendMessageBatch =
  (queues: QueueLookup): ServiceOperation =>
  (input) => {
    refuseOthers(input, ["QueueUrl", "Entries"], "SendMessageBatch");
    const queue = queues.byUrl(text(input, "QueueUrl"));
    const parsed = eachEntry(entriesOf(input), (entry, id) => {
      refuseOthers(entry, ["Id", ...MESSAGE_PARAMETERS], "SendMessageBatch");
      const message = parseMessage(entry);
      requireSize(message, queue.spec.maximumMessageBytes);
      return { id, message };
    });
    const messages = parsed.Successful.map(({ message }) => message);
    requireBatchSize(messages);
    const ids = queue.send(messages);
    const Successful = parsed.Successful.map(({ id, message }, index) => ({
      Id: id,
      ...sentResult(ids[index] ?? "", message),
    }));
    return { Successful, Failed: parsed.Failed };
  };

function requireBatchSize(messages: readonly NewMessage[]): void {
  const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
  if (bytes <= MAXIMUM_BYTES) return;
  const message = `Batch requests cannot be longer than ${MAXIMUM_BYTES} bytes. You have sent ${bytes} bytes.`;
  throw new ServiceFault("BatchRequestTooLong", 400, message);
}

function sentResult(MessageId: string, { body, attributes, traceHeader }: NewMessage) {
  const system = traceHeader && {
    AWSTraceHeader: { DataType: "String", StringValue: traceHeader },
  };
  return {
    MessageId,
    MD5OfMessageBody: md5(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes ?? {}),
    MD5OfMessageSystemAttributes: md5OfAttributes(system || {}),
  };
}
