import { expect, it } from "vitest";
import { parseSchedule } from "../../packages/local/src/events/schedule-expression.ts";

it.each([
  ["rate(5 minutes)", "2026-11-23T10:03:20Z", "2026-11-23T10:05:00Z"],
  ["rate(1 hour)", "2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z"],
  ["rate(1 day)", "2026-11-23T10:03:20Z", "2026-11-24T00:00:00Z"],
])("%s after %s is due at %s", (expression, after, due) => {
  expect(parseSchedule(expression).next(new Date(after))).toEqual(new Date(due));
});

it.each(["rate(0 minutes)", "rate(1 week)", "at(2026-11-23T10:00:00)", "cron(0 10 * * ? *)"])(
  "refuses %s by name",
  (expression) => {
    expect(() => parseSchedule(expression)).toThrow(
      `The schedule ${expression} must be rate(N minutes|hours|days)`,
    );
  },
);
