import type { JobQueue, Objects } from "@bulkhead/core/ports";
import type { Token } from "@bulkhead/db";
import type { SQSEvent, SQSRecord } from "aws-lambda";

/** S3, as far as a job knows it. */
export function fakeObjects() {
  const files = new Map<string, string>();
  const objects: Pick<Objects, "put" | "putStream"> = {
    async put(key, body) {
      files.set(key, Buffer.from(body).toString());
    },
    async putStream(key, chunks) {
      const parts: Buffer[] = [];
      for await (const chunk of chunks) parts.push(Buffer.from(chunk));
      files.set(key, Buffer.concat(parts).toString());
    },
  };
  return Object.assign(objects, { files });
}

/** SQS, as far as a sender knows it. Down while `down` is set. */
export function fakeQueue() {
  const queue = {
    down: false,
    sent: [] as Token[],
    armed: [] as number[],
    sweeps: [] as number[],
    async send(tokens: readonly Token[]) {
      if (queue.down && tokens.length > 0) throw new Error("SQS is down");
      queue.sent.push(...tokens);
    },
    async armSweep(seconds: number) {
      if (queue.down) throw new Error("SQS is down");
      queue.armed.push(seconds);
    },
    async scheduleSweep(seconds: number) {
      if (queue.down) throw new Error("SQS is down");
      queue.sweeps.push(seconds);
    },
    take: () => queue.sent.splice(0),
  };
  return queue satisfies JobQueue;
}

/** What Lambda hands to a consumer. A receipt handle is the body's own text. */
export function sqsEvent(bodies: readonly (Token | string)[], tries = 1): SQSEvent {
  return {
    Records: bodies.map((body, index) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      return {
        messageId: `m${index}`,
        receiptHandle: text,
        body: text,
        attributes: { ApproximateReceiveCount: String(tries) },
      } as SQSRecord;
    }),
  };
}

/** An invocation with so much time left. */
export const context = (seconds = 30) => ({
  awsRequestId: "invocation",
  getRemainingTimeInMillis: () => seconds * 1000,
});
