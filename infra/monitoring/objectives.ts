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
import { createChildAlarm, descriptionOf, notify } from "./alarm.ts";

/** Of a month's requests, 99.9 percent are not answered with 5xx, and 99 percent are within a second. */
export const OBJECTIVES = { availability: 0.999, latency: 0.99, withinMilliseconds: 1_000 };

/**
 * At a burn rate of 14.4, 2 percent of the month's error budget are spent in an hour; at 6, 5 percent in
 * six hours. The short window ends the alarm soon after the errors end.
 * https://sre.google/workbook/alerting-on-slos/
 */
const BURN_RATES = [
  { name: "Fast", rate: 14.4, long: Duration.hours(1), short: Duration.minutes(5) },
  { name: "Slow", rate: 6, long: Duration.hours(6), short: Duration.minutes(30) },
] as const;

/** With fewer requests in a window, the burn rate is not a signal. */
const MINIMUM_REQUESTS = 20;

/** The burn rate over a window. */
type BurnRate = (period: Duration) => IMetric;

/** Alarms on the burn rate of each objective. */
export function addObjectiveAlarms(scope: Construct, topic: ITopic, api: HttpApi): void {
  const requests = api.metricCount({ statistic: Stats.SUM });

  addBurnRateAlarms(scope, topic, "Availability", "slo-availability", (period) =>
    burnRate(period, `FILL(failed, 0) / requests / ${1 - OBJECTIVES.availability}`, {
      requests,
      failed: api.metricServerError({ statistic: Stats.SUM }),
    }),
  );
  addBurnRateAlarms(scope, topic, "Latency", "slo-latency", (period) =>
    burnRate(period, `(100 - prompt) / 100 / ${1 - OBJECTIVES.latency}`, {
      requests,
      prompt: api.metricLatency({ statistic: `PR(:${OBJECTIVES.withinMilliseconds})` }),
    }),
  );
}

const burnRate = (period: Duration, share: string, usingMetrics: Record<string, IMetric>) =>
  new MathExpression({
    label: "burn rate",
    expression: `IF(requests >= ${MINIMUM_REQUESTS}, ${share}, 0)`,
    usingMetrics,
    period,
  });

function addBurnRateAlarms(
  scope: Construct,
  topic: ITopic,
  name: string,
  runbook: string,
  rateOver: BurnRate,
) {
  for (const { name: speed, rate: threshold, long, short } of BURN_RATES) {
    const text = {
      summary: `The error budget of the objective ${name.toLowerCase()} burns ${threshold} times too fast. Users notice; see what changed.`,
      runbook,
    };
    const id = `${name}Burns${speed}`;
    const windows = [long, short].map((window) =>
      createChildAlarm(scope, `${id}Over${window.toMinutes()}Minutes`, {
        ...text,
        metric: rateOver(window),
        threshold,
      }),
    );
    const both = new CompositeAlarm(scope, id, {
      // CloudFormation requires a name, and the CDK's default is the same in every stage of an account.
      compositeAlarmName: `${Stack.of(scope).stackName}-${id}`,
      alarmDescription: descriptionOf(text),
      alarmRule: AlarmRule.allOf(
        ...windows.map((window) => AlarmRule.fromAlarm(window, AlarmState.ALARM)),
      ),
    });
    notify(both, topic);
  }
}
