import { randomUUID } from "node:crypto";
import { ServiceFault } from "../protocol/fault.ts";

/** A receipt handle: new at every receive, with the message's number, so that no index is needed. */
export const newReceipt = (seq: number) => `AQEB.${seq.toString(36)}.${randomUUID()}`;

/** The number of the message. Throws ReceiptHandleIsInvalid for text that is not a receipt handle. */
export function messageOfReceipt(receipt: string): number {
  const seq = /^AQEB\.([0-9a-z]{1,10})\.[0-9a-f-]{36}$/.exec(receipt)?.[1];
  if (seq !== undefined) return Number.parseInt(seq, 36);
  const message = `The input receipt handle "${receipt.slice(0, 100)}" is not a valid receipt handle.`;
  throw new ServiceFault("ReceiptHandleIsInvalid", 404, message);
}
