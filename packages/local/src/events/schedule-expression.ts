/** The first time after `after` at which a schedule is due. */
export type Schedule = { next(after: Date): Date };

const RATE = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/;
const UNIT_SECONDS = { minute: 60, hour: 3_600, day: 86_400 };

/**
 * Reads `rate(…)` as EventBridge does. No template has `cron(…)`, so it is refused.
 *
 * A rate counts from the epoch and not from the rule's creation: otherwise `rate(1 day)` would never be
 * due on a laptop that restarts every morning.
 *
 * @throws Error that repeats an expression it can't read.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string): Schedule {
  const [, count, unit] = RATE.exec(expression) ?? [];
  if (!count || !unit) {
    throw new Error(`The schedule ${expression} must be rate(N minutes|hours|days)`);
  }
  const milliseconds = Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS] * 1000;
  return {
    next: (after) => new Date((Math.floor(after.getTime() / milliseconds) + 1) * milliseconds),
  };
}
