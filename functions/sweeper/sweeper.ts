import { claimNextSweep, confirmNextSweep, forgetExpired, sweepJobs } from "@bulkhead/core/job";
import type { JobQueue } from "@bulkhead/core/ports";
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

// A statement may run for ten seconds, and the next sweep is scheduled after it.
const ROOM_MILLISECONDS = 12_000;
const EXPIRED_AT_ONCE = 5_000;

/**
 * Repairs until nothing is left or time is short, and schedules the next sweep while a job waits. Invoked by
 * a delayed message or the daily schedule. The event carries no data, so ten messages in a batch are one sweep.
 *
 * Each database is swept whether or not another one can be.
 *
 * @throws an error that keeps the message in its queue, so that the sweep is retried
 */
export function createSweeper(deps: Deps) {
  return (_event: SQSEvent | ScheduledEvent, clock: Clock): Promise<void> => {
    const requestId = clock.awsRequestId;
    return inWork({ name: "sweep", kind: "consumer", scope: "sweep", requestId }, async () => {
      const failures: unknown[] = [];
      for (const placement of Object.keys(deps.databases)) {
        await sweepOne(deps, clock, placement).catch((error: unknown) => failures.push(error));
      }
      if (failures.length === 1) throw failures[0];
      if (failures.length > 1)
        throw new AggregateError(failures, `${failures.length} databases were not swept.`);
    });
  };
}

async function sweepOne(
  { databases, queue, batch = 500 }: Deps,
  clock: Clock,
  placement: string,
): Promise<void> {
  const { awsRequestId } = clock;
  const untilTimeIsShort = async (most: number, sweep: () => Promise<number>) => {
    for (let found = most; found >= most; ) {
      if (clock.getRemainingTimeInMillis() < ROOM_MILLISECONDS) return;
      found = await sweep();
    }
  };

  await untilTimeIsShort(batch, async () => {
    const tokens = await sweepJobs(databases, awsRequestId, batch, placement);
    await queue.send(tokens);
    return tokens.length;
  });
  await untilTimeIsShort(EXPIRED_AT_ONCE, () =>
    forgetExpired(databases, awsRequestId, EXPIRED_AT_ONCE, placement),
  );
  await rearmSweep(databases, queue, placement);
}

async function rearmSweep(databases: Databases, queue: JobQueue, placement: string): Promise<void> {
  const seconds = await claimNextSweep(databases, placement);
  if (seconds === null) return;
  await queue.scheduleSweep(seconds);
  await confirmNextSweep(databases, seconds, placement);
}
