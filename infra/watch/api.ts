import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { MathExpression, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ILogGroup } from "aws-cdk-lib/aws-logs";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { bell } from "./bell.ts";

const period = Duration.minutes(5);

/** With fewer requests in five minutes one failure is a large share, and says nothing. */
const LEAST_REQUESTS = 20;

export interface ApiWatch {
  readonly topic: ITopic;
  readonly api: HttpApi;
  readonly accessLog: ILogGroup;
}

/** What a caller of the API notices, and what somebody does who is not welcome. */
export function watchApi(scope: Construct, { topic, api, accessLog }: ApiWatch): void {
  bell(scope, "ApiServerErrors", {
    topic,
    metric: new MathExpression({
      label: "5xx, percent of the requests",
      expression: `IF(requests >= ${LEAST_REQUESTS}, 100 * FILL(failed, 0) / requests, 0)`,
      usingMetrics: {
        requests: api.metricCount({ statistic: Stats.SUM }),
        failed: api.metricServerError({ statistic: Stats.SUM }),
      },
      period,
    }),
    threshold: 5,
    says: "One request in twenty is answered with 5xx. Roll back if a deployment came before.",
    runbook: "api-server-errors",
  });
  bell(scope, "ApiLatency", {
    topic,
    metric: api.metricLatency({ period, statistic: Stats.p(99) }),
    threshold: 3_000,
    periods: 3,
    says: "The slowest hundredth of the requests has taken 3 seconds or more for 15 minutes.",
    runbook: "api-latency",
  });

  const refused = new MetricFilter(scope, "AccessRefusals", {
    logGroup: accessLog,
    filterPattern: FilterPattern.any(
      FilterPattern.stringValue("$.status", "=", "401"),
      FilterPattern.stringValue("$.status", "=", "403"),
    ),
    metricNamespace: "Bulkhead",
    metricName: `${scope.node.id}AccessRefused`,
  });
  bell(scope, "AccessRefused", {
    topic,
    metric: refused.metric({ period, statistic: Stats.SUM }),
    threshold: 200,
    says: "200 requests in five minutes were answered with 401 or 403: somebody tries credentials, or a client has lost its own.",
    runbook: "access-refused",
  });
}
