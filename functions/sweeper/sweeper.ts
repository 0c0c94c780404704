import type { JobQueue } from "@bulkhead/aws";
import { armSweep, forgetExpired, sweepArmed, sweepJobs } from "@bulkhead/core/job";
import type { Databases } from "@bulkhead/db";
import { inWork } from "@bulkhead/telemetry";
import type { Context, ScheduledEvent, SQSEvent } from "aws-lambda";

export type Deps = {
  databases: Databases;
  queue: JobQueue;
  /** Most repairs in one transaction. @default 500 */
  batch?: number;
};

type Clock = Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">;

// A statement may run for ten seconds, and the next sweep has to be armed after it.
const ROOM_MILLISECONDS = 12_000;
const EXPIRED_AT_ONCE = 5_000;

/**
 * Repairs until nothing is left or time is short, and sees to it that somebody comes again while
 * anything waits. Woken by a delayed message or by the daily schedule: what the event says is nothing
 * but "now", so ten messages in a batch are one sweep.
 *
 * @throws what keeps the message in its queue, to be swept again
 */
export function createSweeper({ databases, queue, batch = 500 }: Deps) {
  return (_event: SQSEvent | ScheduledEvent, context: Clock): Promise<void> => {
    const { awsRequestId: requestId } = context;
    const whileTime = async (most: number, sweep: () => Promise<number>) => {
      for (let found = most; found >= most; ) {
        if (context.getRemainingTimeInMillis() < ROOM_MILLISECONDS) return;
        found = await sweep();
      }
    };

    return inWork({ name: "sweep", kind: "consumer", scope: "sweep", requestId }, async () => {
      await whileTime(batch, async () => {
        const tokens = await sweepJobs(databases, requestId, batch);
        await queue.send(tokens);
        return tokens.length;
      });
      await whileTime(EXPIRED_AT_ONCE, () => forgetExpired(databases, requestId, EXPIRED_AT_ONCE));
      await comeAgain(databases, queue);
    });
  };
}

async function comeAgain(databases: Databases, queue: JobQueue): Promise<void> {
  const seconds = await armSweep(databases);
  if (seconds === null) return;
  await queue.scheduleSweep(seconds);
  await sweepArmed(databases, seconds);
}
