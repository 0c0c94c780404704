import type { MessageAttribute } from "./attributes.ts";

/** A queue as the template describes it. */
export type QueueSpec = {
  name: string;
  /** Seconds, 0 to 43,200. Default 30. */
  visibilityTimeoutSeconds?: number;
  /** Seconds, 0 to 900. Default 0. */
  delaySeconds?: number;
  /** Seconds, 60 to 1,209,600. Default 345,600 (four days). */
  retentionSeconds?: number;
  /** How long a receive waits by default: seconds, 0 to 20. Default 0. */
  receiveWaitSeconds?: number;
  /** Bytes, 1,024 to 1,048,576, which is also the default. */
  maximumMessageBytes?: number;
  /** The dead-letter queue for messages received maxReceiveCount times. It must exist. */
  redrive?: { deadLetterQueueArn: string; maxReceiveCount: number };
};

export type NewMessage = {
  body: string;
  delaySeconds?: number | undefined;
  attributes?: Record<string, MessageAttribute> | undefined;
  groupId?: string | undefined;
  /** The system attribute AWSTraceHeader. */
  traceHeader?: string | undefined;
};

export type ReceiveOptions = {
  /** 1 to 10. */
  max: number;
  /** Seconds. Default: the queue's. */
  visibilityTimeoutSeconds?: number | undefined;
  /** How long to wait for a first message. Default 0. */
  waitSeconds?: number | undefined;
  /** Ends the wait. Nothing is received after it has aborted. */
  signal?: AbortSignal | undefined;
};

/** A received message, with the names of a Lambda event's SQS record. */
export type ReceivedMessage = {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** System attributes: ApproximateReceiveCount, SentTimestamp, SenderId, MessageGroupId, … */
  attributes: Record<string, string>;
  messageAttributes: Record<string, MessageAttribute>;
};

export type QueueStats = {
  name: string;
  url: string;
  arn: string;
  visible: number;
  inFlight: number;
  delayed: number;
};

/** A message in a list. Listing does not receive it. */
export type ListedMessage = {
  messageId: string;
  body: string;
  groupId: string | undefined;
  attributes: Record<string, MessageAttribute>;
  traceHeader: string | undefined;
  /** The source queue of a dead letter. */
  deadLetterSource: string | undefined;
  state: "visible" | "in flight" | "delayed";
  sentAt: string;
  visibleAt: string;
  receiveCount: number;
};

export type Queue = {
  name: string;
  url: string;
  arn: string;
  createdAt: number;
  spec: Required<Omit<QueueSpec, "redrive">> & Pick<QueueSpec, "redrive">;
  /** Stores messages durably, all or none, and returns their ids. */
  send(messages: readonly NewMessage[]): string[];
  /** Resolves when a message is available, the wait is over or the signal aborts. */
  receive(options: ReceiveOptions): Promise<ReceivedMessage[]>;
  /** Deletes the message. A receipt handle that a later receive replaced deletes nothing. */
  delete(receiptHandle: string): void;
  changeVisibility(receiptHandle: string, seconds: number): void;
  purge(): void;
  /** Makes every message in flight visible, for a restart: its receivers are gone. Returns their number. */
  releaseInFlight(): number;
  stats(): QueueStats;
  /** Oldest first, at most the given number (default 100). */
  list(limit?: number): ListedMessage[];
};
