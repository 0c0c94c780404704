import { everyDay, parseCron } from "./cron.ts";

/** The first time after `after` at which a schedule is due; `undefined` when it never is again. */
export type Schedule = { next(after: Date): Date | undefined };

const RATE = /^rate\((\d+) (minute|hour|day)s?\)$/;
const UNIT_SECONDS = { minute: 60, hour: 3_600, day: 86_400 };

/**
 * Reads `rate(…)` and `cron(…)` as EventBridge does, in UTC.
 *
 * A rate counts from the epoch and not from the rule's creation: a laptop that restarts every
 * morning would otherwise never see `rate(1 day)` come due.
 *
 * @throws Error that repeats an expression it can't read.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string): Schedule {
  const [, count, unit] = RATE.exec(expression) ?? [];
  if (count && unit && Number(count) > 0) {
    const milliseconds = Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS] * 1000;
    return {
      next: (after) => new Date((Math.floor(after.getTime() / milliseconds) + 1) * milliseconds),
    };
  }

  const [, fields] = /^cron\((.+)\)$/.exec(expression) ?? [];
  if (!fields) throw new Error(`${expression} is neither rate(N minutes|hours|days) nor cron(…)`);
  const cron = parseCron(fields);
  return {
    next(after) {
      const start = new Date(Math.floor(after.getTime() / 60_000) * 60_000 + 60_000);
      for (const day of everyDay(start)) {
        if (!cron.matchesDay(day)) continue;
        for (const hour of cron.hours) {
          for (const minute of cron.minutes) {
            const due = new Date(day.getTime() + (hour * 60 + minute) * 60_000);
            if (due >= start) return due;
          }
        }
      }
      return undefined;
    },
  };
}
