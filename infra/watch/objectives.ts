import { Duration, Stack } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import {
  AlarmRule,
  AlarmState,
  CompositeAlarm,
  type IMetric,
  MathExpression,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { described, part, ring } from "./bell.ts";

/** Of a month's requests, 999 in 1,000 are not answered with 5xx, and 99 in 100 within a second. */
export const OBJECTIVES = { availability: 0.999, latency: 0.99, withinMilliseconds: 1_000 };

/**
 * A budget that burns 14.4 times too fast is a fiftieth gone within the hour; one that burns 6 times
 * too fast is a twentieth gone in six hours. The short window ends the alarm soon after the trouble.
 * https://sre.google/workbook/alerting-on-slos/
 */
const SPEEDS = [
  { name: "Fast", burn: 14.4, long: Duration.hours(1), short: Duration.minutes(5) },
  { name: "Slow", burn: 6, long: Duration.hours(6), short: Duration.minutes(30) },
] as const;

/** Too few to judge by, whatever the window. */
const LEAST_REQUESTS = 20;

/** How many times faster than the objective allows its budget is used up. */
type Burn = (period: Duration) => IMetric;

/** Alarms on the objectives: rung by what users lose, and not by what a machine does. */
export function watchObjectives(scope: Construct, topic: ITopic, api: HttpApi): void {
  const requests = api.metricCount({ statistic: Stats.SUM });

  watchBudget(scope, "Availability", topic, "slo-availability", (period) =>
    burn(period, `FILL(failed, 0) / requests / ${1 - OBJECTIVES.availability}`, {
      requests,
      failed: api.metricServerError({ statistic: Stats.SUM }),
    }),
  );
  watchBudget(scope, "Latency", topic, "slo-latency", (period) =>
    burn(period, `(100 - prompt) / 100 / ${1 - OBJECTIVES.latency}`, {
      requests,
      prompt: api.metricLatency({ statistic: `PR(:${OBJECTIVES.withinMilliseconds})` }),
    }),
  );
}

const burn = (period: Duration, share: string, usingMetrics: Record<string, IMetric>) =>
  new MathExpression({
    label: "times too fast",
    expression: `IF(requests >= ${LEAST_REQUESTS}, ${share}, 0)`,
    usingMetrics,
    period,
  });

function watchBudget(scope: Construct, name: string, topic: ITopic, runbook: string, burnOf: Burn) {
  for (const { name: speed, burn: threshold, long, short } of SPEEDS) {
    const words = {
      says: `The budget of the objective ${name.toLowerCase()} burns ${threshold} times too fast. Users notice; see what changed.`,
      runbook,
    };
    const id = `${name}Burns${speed}`;
    const windows = [long, short].map((window) =>
      part(scope, `${id}Over${window.toMinutes()}Minutes`, {
        ...words,
        metric: burnOf(window),
        threshold,
      }),
    );
    const both = new CompositeAlarm(scope, id, {
      // CloudFormation demands a name, and the CDK's own would be the same in every stage of an account.
      compositeAlarmName: `${Stack.of(scope).stackName}-${id}`,
      alarmDescription: described(words),
      alarmRule: AlarmRule.allOf(
        ...windows.map((window) => AlarmRule.fromAlarm(window, AlarmState.ALARM)),
      ),
    });
    ring(both, topic);
  }
}
