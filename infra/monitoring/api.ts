import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { createAlarm } from "./alarm.ts";

const period = Duration.minutes(5);

/** With fewer requests in five minutes, a single failure is too large a share to be a signal. */
const MINIMUM_REQUESTS = 20;

export interface MonitoredApi {
  readonly topic: ITopic;
  readonly api: HttpApi;
  readonly accessLog: ILogGroup;
}

/** Errors and latency that callers of the API notice, and attempts to get in. */
export function addApiAlarms(scope: Construct, { topic, api, accessLog }: MonitoredApi): void {
  createAlarm(scope, "ApiServerErrors", {
    topic,
    metric: new MathExpression({
      label: "5xx, percent of the requests",
      expression: `IF(requests >= ${MINIMUM_REQUESTS}, 100 * FILL(failed, 0) / requests, 0)`,
      usingMetrics: {
        requests: api.metricCount({ statistic: Stats.SUM }),
        failed: api.metricServerError({ statistic: Stats.SUM }),
      },
      period,
    }),
    threshold: 5,
    summary: "One request in twenty is answered with 5xx. Roll back if a deployment came before.",
    runbook: "api-server-errors",
  });
  createAlarm(scope, "ApiLatency", {
    topic,
    metric: api.metricLatency({ period, statistic: Stats.p(99) }),
    threshold: 3_000,
    periods: 3,
    summary: "The slowest hundredth of the requests has taken 3 seconds or more for 15 minutes.",
    runbook: "api-latency",
  });

  const denied = new MetricFilter(scope, "AccessRefusals", {
    logGroup: accessLog,
    filterPattern: FilterPattern.any(
      FilterPattern.stringValue("$.status", "=", "401"),
      FilterPattern.stringValue("$.status", "=", "403"),
    ),
    metricNamespace: "Bulkhead",
    metricName: `${scope.node.id}AccessRefused`,
  });
  createAlarm(scope, "AccessRefused", {
    topic,
    metric: denied.metric({ period, statistic: Stats.SUM }),
    threshold: 200,
    summary:
      "200 requests in five minutes were answered with 401 or 403: an attacker tries credentials, or a client uses expired ones.",
    runbook: "access-refused",
  });
}
