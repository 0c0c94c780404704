import { MAXIMUM_BYTES } from "./message.ts";
import type { Queue, QueueSpec } from "./types.ts";

/** Adds SQS's defaults. Throws for a setting outside SQS's limits, as a deployment would fail. */
export function completeSpec(given: QueueSpec): Queue["spec"] {
  if (!/^[\w-]{1,80}$/.test(given.name)) {
    throw new Error(
      `"${given.name}" can't name a standard queue; FIFO queues are not implemented.`,
    );
  }
  const between = (setting: keyof QueueSpec, fallback: number, least: number, most: number) => {
    const value = given[setting] ?? fallback;
    if (typeof value === "number" && value >= least && value <= most) return value;
    throw new Error(
      `${setting} of the queue ${given.name} must be between ${least} and ${most}, not ${value}.`,
    );
  };
  const tries = given.redrive?.maxReceiveCount ?? 1;
  if (!Number.isInteger(tries) || tries < 1 || tries > 1000) {
    throw new Error(
      `maxReceiveCount of the queue ${given.name} must be between 1 and 1000, not ${tries}.`,
    );
  }
  return {
    ...given,
    visibilityTimeoutSeconds: between("visibilityTimeoutSeconds", 30, 0, 43_200),
    delaySeconds: between("delaySeconds", 0, 0, 900),
    retentionSeconds: between("retentionSeconds", 345_600, 60, 1_209_600),
    receiveWaitSeconds: between("receiveWaitSeconds", 0, 0, 20),
    maximumMessageBytes: between("maximumMessageBytes", MAXIMUM_BYTES, 1024, MAXIMUM_BYTES),
  };
}
