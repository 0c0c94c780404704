import { integer, type JsonInput, refuseOthers, text } from "../protocol/input.ts";
import type { ServiceOperation } from "../protocol/json-service.ts";
import { eachEntry, entriesOf } from "./batch.ts";
import { MAXIMUM_VISIBILITY_SECONDS } from "./message.ts";
import type { QueueLookup } from "./queue-lookup.ts";
import type { Queue } from "./types.ts";

/** An operation on one received message, identified by its receipt handle. */
type ReceiptOperation = {
  name: string;
  parameters: readonly string[];
  run(queue: Queue, input: JsonInput): void;
};

export const deleteMessage: ReceiptOperation = {
  name: "DeleteMessage",
  parameters: ["ReceiptHandle"],
  run: (queue, input) => queue.delete(text(input, "ReceiptHandle")),
};

export const changeVisibility: ReceiptOperation = {
  name: "ChangeMessageVisibility",
  parameters: ["ReceiptHandle", "VisibilityTimeout"],
  run(queue, input) {
    const seconds = integer(input, "VisibilityTimeout", [0, MAXIMUM_VISIBILITY_SECONDS]);
    queue.changeVisibility(text(input, "ReceiptHandle"), seconds);
  },
};

/** The operation for a single message. */
export const single =
  (queues: QueueLookup, { name, parameters, run }: ReceiptOperation): ServiceOperation =>
  (input) => {
    refuseOthers(input, ["QueueUrl", ...parameters], name);
    run(queues.byUrl(text(input, "QueueUrl")), input);
    return {};
  };

/** The operation for up to ten messages. */
export const batch =
  (queues: QueueLookup, { name, parameters, run }: ReceiptOperation): ServiceOperation =>
  (input) => {
    refuseOthers(input, ["QueueUrl", "Entries"], `${name}Batch`);
    const queue = queues.byUrl(text(input, "QueueUrl"));
    return eachEntry(entriesOf(input), (entry, Id) => {
      refuseOthers(entry, ["Id", ...parameters], `${name}Batch`);
      run(queue, entry);
      return { Id };
    });
  };
