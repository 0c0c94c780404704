import { ServiceFault } from "../protocol/fault.ts";
import type { Queue } from "./types.ts";

/** How the operations find a queue. Both functions throw QueueDoesNotExist. */
export type QueueLookup = {
  byUrl(url: string): Queue;
  byName(name: string): Queue;
  account: string;
};

export const noSuchQueue = () =>
  new ServiceFault("QueueDoesNotExist", 400, "The specified queue does not exist.");
