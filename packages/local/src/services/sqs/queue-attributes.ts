import { ServiceFault } from "../protocol/fault.ts";
import type { Queue } from "./types.ts";

/** The result of GetQueueAttributes. Throws InvalidAttributeName for an attribute that is not implemented. */
export function queueAttributes(queue: Queue, names: readonly string[]) {
  const all = attributesOf(queue);
  for (const name of names) {
    if (name === "All" || name === "RedrivePolicy" || Object.hasOwn(all, name)) continue;
    const message = `Unknown Attribute ${name}: not implemented by the local cloud.`;
    throw new ServiceFault("InvalidAttributeName", 400, message);
  }
  const selected = Object.entries(all).filter(
    ([name]) => names.includes("All") || names.includes(name),
  );
  return selected.length > 0 ? { Attributes: Object.fromEntries(selected) } : {};
}

function attributesOf(queue: Queue): Record<string, string> {
  const { spec } = queue;
  const { visible, inFlight, delayed } = queue.stats();
  const created = String(Math.floor(queue.createdAt / 1000));
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(spec.visibilityTimeoutSeconds),
    DelaySeconds: String(spec.delaySeconds),
    MessageRetentionPeriod: String(spec.retentionSeconds),
    MaximumMessageSize: String(spec.maximumMessageBytes),
    ReceiveMessageWaitTimeSeconds: String(spec.receiveWaitSeconds),
    ...(spec.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: spec.redrive.deadLetterQueueArn,
        maxReceiveCount: spec.redrive.maxReceiveCount,
      }),
    }),
  };
}
