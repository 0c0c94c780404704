import type { SQSClient } from "@aws-sdk/client-sqs";
import type { JobQueue } from "@bulkhead/core/ports";
import type { Token } from "@bulkhead/db";
import { currentTraceparent } from "@bulkhead/telemetry";
import { clientOptions, once } from "./client.ts";

/** Tokens that did not reach the queue. Their jobs are committed: the sweep will send them. */
export class UnsentJobs extends Error {
  override name = "UnsentJobs";
  readonly unsent: readonly Token[];

  constructor(unsent: readonly Token[], reasons: readonly string[], options?: ErrorOptions) {
    super(`${unsent.length} job tokens were not sent: ${reasons.join("; ")}`, options);
    this.unsent = unsent;
  }
}

// SQS's limit for one request.
const BATCH = 10;
const REARM_SECONDS = 300;

export type QueueUrls = { jobs: string; sweeps: string };

/** The two queues of a process. `open` gives the client. @default - the SDK's, made at first use */
export function createQueue(
  urls: QueueUrls,
  open: () => Promise<SQSClient> = openClient,
): JobQueue {
  async function sendBatch(tokens: readonly Token[]): Promise<void> {
    const { SendMessageBatchCommand } = await import("@aws-sdk/client-sqs");
    const sender = currentTraceparent();
    const Entries = tokens.map((token, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify({ tenant: token.tenant, job: token.job, epoch: token.epoch }),
      // On a standard queue the group is what fair queues are fair between. It orders nothing.
      MessageGroupId: token.tenant,
      // The sender's trace. For a slot that passed to another job it is not the job's own: its row has that.
      ...(sender && {
        MessageAttributes: { traceparent: { DataType: "String", StringValue: sender } },
      }),
    }));
    const client = await open();
    const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: urls.jobs, Entries }));
    const failed = answer.Failed ?? [];
    if (failed.length === 0) return;
    throw new UnsentJobs(
      failed.flatMap(({ Id }) => tokens[Number(Id)] ?? []),
      [...new Set(failed.map(({ Code }) => Code ?? "unknown"))],
    );
  }

  async function send(tokens: readonly Token[]): Promise<void> {
    const batches = chunk(tokens, BATCH);
    const results = await Promise.allSettled(batches.map(sendBatch));
    const faults = results.flatMap((result, index) =>
      result.status === "rejected" ? [asUnsent(result.reason, batches[index] ?? [])] : [],
    );
    if (faults.length === 0) return;
    throw new UnsentJobs(
      faults.flatMap(({ unsent }) => unsent),
      [...new Set(faults.map(({ message }) => message))],
      { cause: faults[0]?.cause },
    );
  }

  async function scheduleSweep(delaySeconds: number): Promise<void> {
    const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
    const client = await open();
    await client.send(
      new SendMessageCommand({
        QueueUrl: urls.sweeps,
        MessageBody: JSON.stringify({
          at: new Date(Date.now() + delaySeconds * 1000).toISOString(),
        }),
        DelaySeconds: delaySeconds,
      }),
    );
  }

  return { send, scheduleSweep, armSweep: rarely(scheduleSweep) };
}

/**
 * Skips a sweep while an earlier one is still scheduled, and never for longer than five minutes. The
 * shorter of the two counts: a sweep that has run already would miss what is written now.
 */
function rarely(schedule: (delaySeconds: number) => Promise<void>) {
  let armed: Promise<void> | undefined;
  let until = 0;
  return (delaySeconds: number): Promise<void> => {
    if (armed && Date.now() < until) return armed;
    until = Date.now() + Math.min(delaySeconds, REARM_SECONDS) * 1000;
    armed = schedule(delaySeconds).catch((error: unknown) => {
      armed = undefined;
      throw error;
    });
    return armed;
  };
}

function asUnsent(reason: unknown, batch: readonly Token[]): UnsentJobs {
  if (reason instanceof UnsentJobs) return reason;
  const name = reason instanceof Error ? reason.name : "unknown";
  return new UnsentJobs(batch, [name], { cause: reason });
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

const openClient = once(async () => {
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  return new SQSClient(clientOptions());
});
