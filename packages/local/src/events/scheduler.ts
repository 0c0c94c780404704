import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { LambdaFunction } from "../lambda/function.ts";
import type { InvocationResult } from "../lambda/outcome.ts";
import type { Json } from "../shared/json.ts";
import type { Schedule } from "./schedule-expression.ts";

export type ScheduleSpec = {
  logicalId: string;
  arn: string;
  source: "aws.events" | "aws.scheduler";
  expression: string;
  schedule: Schedule;
  enabled: boolean;
  target: LambdaFunction;
  /** Replaces the usual event. */
  input?: Json;
};

export type Scheduler = {
  start(): void;
  /** Runs a schedule now, whatever its expression says. `undefined` for a name that no schedule has. */
  fire(logicalId: string): Promise<InvocationResult> | undefined;
  list(): { logicalId: string; expression: string; next: string | undefined }[];
  stop(): void;
};

// A timer can't wait longer than 2^31 milliseconds; the time is simply looked at again in between.
const LONGEST_TIMER = 2 ** 31 - 1;

// Lambda's two retries of an asynchronous invocation, and the pauses before them.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const RETRY_SECONDS = [60, 120];

/** Fires schedules when they are due. What came due while nothing ran is not made up for. */
export function createScheduler(specs: readonly ScheduleSpec[]): Scheduler {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function run(spec: ScheduleSpec): Promise<void> {
    let due = spec.schedule.next(new Date());
    while (due) {
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
        next: schedule.next(new Date())?.toISOString(),
      })),
    stop: () => stopping.abort(),
  };
}

async function fireWithRetries(spec: ScheduleSpec, signal: AbortSignal): Promise<void> {
  const event = eventOf(spec); // the same one at every try
  for (const seconds of [0, ...RETRY_SECONDS]) {
    await sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    const outcome = await spec.target.invoke(event);
    if (outcome.ok) return;
  }
}

function eventOf({ input, source, arn }: ScheduleSpec): Json {
  if (input !== undefined) return input;
  const [, , , region = "", account = ""] = arn.split(":");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source,
    account,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region,
    resources: [arn],
    detail: source === "aws.scheduler" ? "{}" : {},
  };
}
