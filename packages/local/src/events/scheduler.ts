import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaFunction } from "../lambda/function.ts";
import type { InvocationResult } from "../lambda/invocation-result.ts";
import type { JsonValue } from "../shared/json.ts";
import type { Schedule } from "./schedule-expression.ts";

export type ScheduleSpec = {
  logicalId: string;
  arn: string;
  expression: string;
  schedule: Schedule;
  enabled: boolean;
  target: LambdaFunction;
  /** Replaces the default event. */
  input?: JsonValue;
};

export type Scheduler = {
  start(): void;
  /** Runs a schedule now, whatever its expression. `undefined` when there is no such schedule. */
  fire(logicalId: string): Promise<InvocationResult> | undefined;
  list(): { logicalId: string; expression: string; next: string }[];
  stop(): void;
};

// A timer can't wait longer than 2^31 milliseconds, so a longer wait takes several timers.
const LONGEST_TIMER = 2 ** 31 - 1;

// Lambda retries an asynchronous invocation twice, after these pauses.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const RETRY_SECONDS = [60, 120];

/** Fires schedules when they are due. A schedule that was due while nothing ran is skipped. */
export function createScheduler(specs: readonly ScheduleSpec[]): Scheduler {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(spec: ScheduleSpec): Promise<void> {
    for (let due = spec.schedule.next(new Date()); ; ) {
      await sleep(Math.min(LONGEST_TIMER, due.getTime() - Date.now()), undefined, {
        signal,
        ref: false,
      });
      if (Date.now() < due.getTime()) continue;
      void fireWithRetries(spec, signal);
      due = spec.schedule.next(due);
    }
  }

  return {
    start() {
      for (const spec of specs) if (spec.enabled) void run(spec).catch(() => {}); // aborted
    },
    fire(logicalId) {
      const spec = specs.find((each) => each.logicalId === logicalId);
      return spec?.target.invoke(eventOf(spec));
    },
    list: () =>
      specs.map(({ logicalId, expression, schedule }) => ({
        logicalId,
        expression,
        next: schedule.next(new Date()).toISOString(),
      })),
    stop: () => stopping.abort(),
  };
}

async function fireWithRetries(spec: ScheduleSpec, signal: AbortSignal): Promise<void> {
  const event = eventOf(spec); // the same event at every attempt
  for (const seconds of [0, ...RETRY_SECONDS]) {
    await sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    const result = await spec.target.invoke(event);
    if (result.ok) return;
  }
}

function eventOf({ input, arn }: ScheduleSpec): JsonValue {
  if (input !== undefined) return input;
  const [, , , region = "", account = ""] = arn.split(":");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [arn],
    detail: {},
  };
}
