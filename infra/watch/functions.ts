import { Duration } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct, IConstruct } from "constructs";
import { ServiceFunction } from "../constructs/service-function.ts";
import { bell } from "./bell.ts";

const period = Duration.minutes(5);

/** Every function of ours below `root`: one that is added is watched. */
export const servicesBelow = (root: IConstruct): ServiceFunction[] =>
  root.node.findAll().filter((each) => each instanceof ServiceFunction);

/** `Api/Auth` as a word in an alarm's id. */
export const wordFor = ({ node }: IConstruct) => node.path.replaceAll(/\W/g, "");

/** What can be wrong with any function, whatever it does. */
export function watchFunction(scope: Construct, topic: ITopic, service: ServiceFunction): void {
  const { name, timeout, reserved, onErrors, function: watched } = service;
  const word = wordFor(service);

  bell(scope, `${word}Errors`, {
    topic,
    metric: watched.metricErrors({ period }),
    threshold: 1,
    says: `The ${name} function failed. ${onErrors}`,
    runbook: "function-errors",
  });
  bell(scope, `${word}Throttles`, {
    topic,
    metric: watched.metricThrottles({ period }),
    threshold: 1,
    says: `Lambda turned calls of the ${name} function away. See whether load or a limit has changed.`,
    runbook: "function-throttles",
  });
  bell(scope, `${word}NearTimeout`, {
    topic,
    metric: watched.metricDuration({ period, statistic: Stats.MAXIMUM }),
    threshold: 0.9 * timeout.toMilliseconds(),
    periods: 2,
    says: `The ${name} function takes nine tenths of its ${timeout.toSeconds()} seconds. Find the slow call.`,
    runbook: "function-near-timeout",
  });
  if (reserved !== undefined && reserved > 2) {
    bell(scope, `${word}Concurrency`, {
      topic,
      metric: watched.metric("ConcurrentExecutions", { period, statistic: Stats.MAXIMUM }),
      threshold: Math.ceil(0.8 * reserved),
      periods: 3,
      says: `The ${name} function runs at four fifths of its ${reserved} concurrent executions.`,
      runbook: "function-concurrency",
    });
  }
}

/**
 * A custom resource answers its failure to CloudFormation and ends well, so Lambda counts no error:
 * what it logs at level ERROR is counted instead.
 */
export function watchDeployment(
  scope: Construct,
  topic: ITopic,
  service: ServiceFunction,
  runbook: string,
): void {
  const word = wordFor(service);
  const metric = { namespace: "Bulkhead", metricName: `${word}Failed` };
  new MetricFilter(scope, `${word}Failures`, {
    logGroup: service.logs,
    filterPattern: FilterPattern.stringValue("$.level", "=", "ERROR"),
    metricNamespace: metric.namespace,
    metricName: metric.metricName,
    dimensions: { service: "$.service" },
  });
  bell(scope, `${word}Failed`, {
    topic,
    metric: new Metric({
      ...metric,
      dimensionsMap: { service: service.name },
      statistic: Stats.SUM,
      period,
    }),
    threshold: 1,
    says: service.onErrors,
    runbook,
  });
}
