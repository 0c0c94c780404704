import { Duration } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct, IConstruct } from "constructs";
import { ServiceFunction } from "../constructs/service-function.ts";
import { createAlarm } from "./alarm.ts";

const period = Duration.minutes(5);

/** Every service function below `root`. */
export const servicesIn = (root: IConstruct): ServiceFunction[] =>
  root.node.findAll().filter((each) => each instanceof ServiceFunction);

/** `Api/Auth` as the beginning of an alarm's id: `ApiAuth`. */
const idPrefixOf = ({ node }: IConstruct) => node.path.replaceAll(/\W/g, "");

/** Errors, throttles, duration and concurrency of one function. */
export function addFunctionAlarms(scope: Construct, topic: ITopic, service: ServiceFunction): void {
  const { name, timeout, reserved, onErrors, function: lambda } = service;
  const id = idPrefixOf(service);

  createAlarm(scope, `${id}Errors`, {
    topic,
    metric: lambda.metricErrors({ period }),
    threshold: 1,
    summary: `The ${name} function failed. ${onErrors}`,
    runbook: "function-errors",
  });
  createAlarm(scope, `${id}Throttles`, {
    topic,
    metric: lambda.metricThrottles({ period }),
    threshold: 1,
    summary: `Lambda throttled calls of the ${name} function. See whether load or a limit has changed.`,
    runbook: "function-throttles",
  });
  createAlarm(scope, `${id}NearTimeout`, {
    topic,
    metric: lambda.metricDuration({ period, statistic: Stats.MAXIMUM }),
    threshold: 0.9 * timeout.toMilliseconds(),
    periods: 2,
    summary: `The ${name} function takes 90 percent of its timeout of ${timeout.toSeconds()} seconds. Find the slow call.`,
    runbook: "function-near-timeout",
  });
  if (reserved !== undefined && reserved > 2) {
    createAlarm(scope, `${id}Concurrency`, {
      topic,
      metric: lambda.metric("ConcurrentExecutions", { period, statistic: Stats.MAXIMUM }),
      threshold: Math.ceil(0.8 * reserved),
      periods: 3,
      summary: `The ${name} function uses 80 percent of its ${reserved} reserved concurrent executions.`,
      runbook: "function-concurrency",
    });
  }
}

/**
 * A failed step of a deployment. A custom resource reports its failure to CloudFormation and returns, so
 * Lambda counts no error: the lines that it logs at level ERROR are counted instead.
 */
export function addDeploymentAlarm(
  scope: Construct,
  topic: ITopic,
  service: ServiceFunction,
  runbook: string,
): void {
  const id = idPrefixOf(service);
  const metric = { namespace: "Bulkhead", metricName: `${id}Failed` };
  new MetricFilter(scope, `${id}Failures`, {
    logGroup: service.logs,
    filterPattern: FilterPattern.stringValue("$.level", "=", "ERROR"),
    metricNamespace: metric.namespace,
    metricName: metric.metricName,
    dimensions: { service: "$.service" },
  });
  createAlarm(scope, `${id}Failed`, {
    topic,
    metric: new Metric({
      ...metric,
      dimensionsMap: { service: service.name },
      statistic: Stats.SUM,
      period,
    }),
    threshold: 1,
    summary: service.onErrors,
    runbook,
  });
}
