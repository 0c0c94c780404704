import { type Input, integer, refuseOthers, text } from "../protocol/input.ts";
import type { Operation } from "../protocol/json-service.ts";
import { eachEntry, entriesOf } from "./batch.ts";
import { MOST_VISIBILITY_SECONDS } from "./message.ts";
import type { Queues } from "./operations.ts";
import type { Queue } from "./types.ts";

/** What a receiver does with one message, known by its receipt handle. */
type Settlement = {
  operation: string;
  parameters: readonly string[];
  settle(queue: Queue, input: Input): void;
};

export const deletion: Settlement = {
  operation: "DeleteMessage",
  parameters: ["ReceiptHandle"],
  settle: (queue, input) => queue.delete(text(input, "ReceiptHandle")),
};

export const visibilityChange: Settlement = {
  operation: "ChangeMessageVisibility",
  parameters: ["ReceiptHandle", "VisibilityTimeout"],
  settle(queue, input) {
    const seconds = integer(input, "VisibilityTimeout", [0, MOST_VISIBILITY_SECONDS]);
    queue.changeVisibility(text(input, "ReceiptHandle"), seconds);
  },
};

/** The operation for one message, and its batch form. */
export const settleOne =
  (queues: Queues, { operation, parameters, settle }: Settlement): Operation =>
  (input) => {
    refuseOthers(input, ["QueueUrl", ...parameters], operation);
    settle(queues.byUrl(text(input, "QueueUrl")), input);
    return {};
  };

export const settleBatch =
  (queues: Queues, { operation, parameters, settle }: Settlement): Operation =>
  (input) => {
    refuseOthers(input, ["QueueUrl", "Entries"], `${operation}Batch`);
    const queue = queues.byUrl(text(input, "QueueUrl"));
    return eachEntry(entriesOf(input), (entry, Id) => {
      refuseOthers(entry, ["Id", ...parameters], `${operation}Batch`);
      settle(queue, entry);
      return { Id };
    });
  };
