import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Distribution } from "aws-cdk-lib/aws-cloudfront";
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  Metric,
  Stats,
} from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { Database } from "../constructs/database.ts";
import type { ServiceFunction } from "../constructs/service-function.ts";

const period = Duration.minutes(5);

const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 8, height: 6 });

const dashboard = (scope: Construct, id: string, ...rows: IWidget[][]) =>
  new Dashboard(scope, id, { widgets: rows, defaultInterval: Duration.hours(6) });

/** The distribution, whose metrics are in us-east-1 only, and the API behind it. */
export function addEntryDashboard(
  scope: Construct,
  distribution: Distribution,
  api: HttpApi,
): void {
  const edge = (metricName: string, statistic: string) =>
    new Metric({
      namespace: "AWS/CloudFront",
      metricName,
      statistic,
      period,
      region: "us-east-1",
      dimensionsMap: { DistributionId: distribution.distributionId, Region: "Global" },
    });
  const latency = (statistic: string) => api.metricLatency({ period, statistic, label: statistic });
  dashboard(
    scope,
    "FrontDoor",
    [
      graph("Distribution: requests", [edge("Requests", Stats.SUM)]),
      graph("Distribution: errors, percent", [
        edge("4xxErrorRate", Stats.AVERAGE),
        edge("5xxErrorRate", Stats.AVERAGE),
      ]),
      graph("Distribution: bytes", [edge("BytesDownloaded", Stats.SUM)]),
    ],
    [
      graph("API: requests", [api.metricCount({ period, statistic: Stats.SUM })]),
      graph("API: errors", [
        api.metricClientError({ period, statistic: Stats.SUM }),
        api.metricServerError({ period, statistic: Stats.SUM }),
      ]),
      graph("API: latency", [latency(Stats.p(50)), latency(Stats.p(95)), latency(Stats.p(99))]),
    ],
  );
}

/** A row for each function. */
export function addFunctionDashboard(scope: Construct, services: readonly ServiceFunction[]): void {
  const rows = services.map(({ name, function: lambda }) => [
    graph(`${name}: invocations`, [
      lambda.metricInvocations({ period }),
      lambda.metricErrors({ period }),
      lambda.metricThrottles({ period }),
    ]),
    graph(`${name}: duration`, [
      lambda.metricDuration({ period, statistic: Stats.p(50), label: "p50" }),
      lambda.metricDuration({ period, statistic: Stats.p(99), label: "p99" }),
    ]),
    graph(`${name}: concurrent executions`, [
      lambda.metric("ConcurrentExecutions", { period, statistic: Stats.MAXIMUM }),
    ]),
  ]);
  dashboard(scope, "Functions", ...rows);
}

/** A row for each queue. */
export function addJobDashboard(scope: Construct, queues: Readonly<Record<string, IQueue>>): void {
  const rows = Object.entries(queues).map(([name, queue]) => [
    graph(`${name}: visible, in flight`, [
      queue.metricApproximateNumberOfMessagesVisible({ period }),
      queue.metricApproximateNumberOfMessagesNotVisible({ period }),
    ]),
    graph(`${name}: age of the oldest`, [queue.metricApproximateAgeOfOldestMessage({ period })]),
    graph(`${name}: sent, deleted`, [
      queue.metricNumberOfMessagesSent({ period }),
      queue.metricNumberOfMessagesDeleted({ period }),
    ]),
  ]);
  dashboard(scope, "Jobs", ...rows);
}

/** Two rows for each database. */
export function addDatabaseDashboard(
  scope: Construct,
  databases: Readonly<Record<string, Database>>,
): void {
  const rows = Object.entries(databases).flatMap(([name, { cluster }]) => {
    const metric = (metricName: string, statistic: string = Stats.AVERAGE) =>
      cluster.metric(metricName, { period, statistic });
    return [
      [
        graph(`${name}: capacity, percent of the maximum`, [
          metric("ACUUtilization", Stats.MAXIMUM),
          metric("CPUUtilization", Stats.MAXIMUM),
        ]),
        graph(`${name}: connections`, [metric("DatabaseConnections", Stats.MAXIMUM)]),
        graph(`${name}: deadlocks per second`, [metric("Deadlocks")]),
      ],
      [
        graph(`${name}: read and write latency`, [metric("ReadLatency"), metric("WriteLatency")]),
        graph(
          `${name}: storage, bytes`,
          [metric("VolumeBytesUsed")],
          [metric("FreeLocalStorage", Stats.MINIMUM)],
        ),
        graph(`${name}: replica lag, milliseconds`, [
          metric("AuroraReplicaLagMaximum", Stats.MAXIMUM),
        ]),
      ],
    ];
  });
  dashboard(scope, "Databases", ...rows);
}
