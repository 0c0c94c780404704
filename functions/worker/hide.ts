import { once } from "@bulkhead/aws/client";

const openClient = once(async () => {
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  return new SQSClient({ maxAttempts: 3 });
});

// SQS counts from the first receipt: a message can be hidden for twelve hours in all.
const MOST_SECONDS = 11 * 3600;

/** Hides messages of one queue (ChangeMessageVisibility). */
export const createHide =
  (QueueUrl: string) =>
  async (ReceiptHandle: string, seconds: number): Promise<void> => {
    const { ChangeMessageVisibilityCommand } = await import("@aws-sdk/client-sqs");
    const client = await openClient();
    const VisibilityTimeout = Math.min(MOST_SECONDS, Math.ceil(seconds));
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
    );
  };
