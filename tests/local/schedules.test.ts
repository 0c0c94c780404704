import { expect, it } from "vitest";
import { parseSchedule } from "../../packages/local/src/events/schedule-expression.ts";

const next = (expression: string, after: string) =>
  parseSchedule(expression).next(new Date(after))?.toISOString().replace(":00.000Z", "Z");

// The expressions and their meaning follow the examples in EventBridge's user guide.
it.each([
  ["rate(5 minutes)", "2026-11-23T10:03:20Z", "2026-11-23T10:05Z"],
  ["rate(1 hour)", "2026-11-23T10:00:00Z", "2026-11-23T11:00Z"],
  ["rate(1 day)", "2026-11-23T10:03:20Z", "2026-11-24T00:00Z"],
  ["cron(0 10 * * ? *)", "2026-11-23T10:00:00Z", "2026-11-24T10:00Z"],
  ["cron(15 12 * * ? *)", "2026-11-23T10:00:00Z", "2026-11-23T12:15Z"],
  ["cron(0 18 ? * MON-FRI *)", "2026-11-20T18:00:00Z", "2026-11-23T18:00Z"],
  ["cron(0 8 1 * ? *)", "2026-11-23T10:00:00Z", "2026-12-01T08:00Z"],
  ["cron(0/15 * * * ? *)", "2026-11-23T10:46:00Z", "2026-11-23T11:00Z"],
  ["cron(0/30 20-23,0-2 ? * 2-6 *)", "2026-11-23T02:30:00Z", "2026-11-23T20:00Z"],
  ["cron(0 9 ? * 2#1 *)", "2026-11-23T10:00:00Z", "2026-12-07T09:00Z"],
  ["cron(0 9 ? * 6L *)", "2026-11-23T10:00:00Z", "2026-11-27T09:00Z"],
  ["cron(0 9 L * ? *)", "2026-11-23T10:00:00Z", "2026-11-30T09:00Z"],
  ["cron(0 9 1W * ? *)", "2026-07-15T10:00:00Z", "2026-08-03T09:00Z"],
  ["cron(0 0 29 FEB ? *)", "2026-11-23T10:00:00Z", "2028-02-29T00:00Z"],
])("%s after %s is due at %s", (expression, after, due) => {
  expect(next(expression, after)).toBe(due);
});

it("is never due again after its last year", () => {
  expect(next("cron(0 0 1 1 ? 2026)", "2026-11-23T10:00:00Z")).toBeUndefined();
});

it.each([
  "rate(0 minutes)",
  "rate(1 week)",
  "at(2026-11-23T10:00:00)",
  "cron(0 10 * * *)",
  "cron(0 10 * * * *)",
  "cron(60 10 * * ? *)",
  "cron(0 10 ? * FUNDAY *)",
  "cron(0/0 10 * * ? *)",
])("refuses %s", (expression) => {
  expect(() => parseSchedule(expression)).toThrow();
});
