import type { SQSEvent, SQSMessageAttributes, SQSRecord } from "aws-lambda";
import type { Queue, ReceivedMessage } from "../services/sqs/types.ts";

/** The event for a batch, as Lambda's event source mapping sends it. */
export const sqsEvent = (messages: readonly ReceivedMessage[], queue: Queue): SQSEvent => ({
  Records: messages.map((message) => record(message, queue)),
});

function record(message: ReceivedMessage, queue: Queue): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes as unknown as SQSRecord["attributes"],
    messageAttributes: attributesOf(message),
    md5OfBody: message.md5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queue.arn,
    awsRegion: queue.arn.split(":")[3] ?? "",
  };
}

/** Lambda writes the fields in lower camel case, unlike SQS. */
const attributesOf = ({ messageAttributes }: ReceivedMessage): SQSMessageAttributes =>
  Object.fromEntries(
    Object.entries(messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType as "String",
        stringListValues: [],
        binaryListValues: [],
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
      },
    ]),
  );
