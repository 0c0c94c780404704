import { Duration } from "aws-cdk-lib";
import { Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { createAlarm } from "./alarm.ts";

export interface MonitoredJobs {
  readonly topic: ITopic;
  readonly jobs: IQueue;
  readonly dead: IQueue;
  readonly sweeper: IFunction;
}

const period = Duration.minutes(5);

/** Failures of jobs that no error of a function shows. */
export function addJobAlarms(
  scope: Construct,
  { topic, jobs, dead, sweeper }: MonitoredJobs,
): void {
  createAlarm(scope, "JobGaveUp", {
    topic,
    metric: deadLetterMetric("JobGaveUp"),
    threshold: 1,
    summary:
      "A job has failed five times and is not retried. The dead-letters function's log names tenant and " +
      "job; fix the cause, then request the work again.",
    runbook: "job-gave-up",
  });
  createAlarm(scope, "DeadLetterUnreadable", {
    topic,
    metric: deadLetterMetric("DeadLetterUnreadable"),
    threshold: 1,
    summary:
      "A dead letter was not a job token, and was discarded. Find the other sender to the Jobs queue, and " +
      "revoke its permission.",
    runbook: "dead-letter-unreadable",
  });
  createAlarm(scope, "JobsWait", {
    topic,
    metric: jobs.metricApproximateAgeOfOldestMessage({ period }),
    threshold: 15 * 60,
    summary:
      "A job's token has waited in the queue for 15 minutes. See whether the worker fails or is throttled.",
    runbook: "jobs-wait",
  });
  createAlarm(scope, "DeadLettersWait", {
    topic,
    metric: dead.metricApproximateAgeOfOldestMessage({ period }),
    threshold: 15 * 60,
    summary:
      "A dead letter has waited for 15 minutes, and holds a slot of its tenant. Read " +
      "the dead-letters function's log. The queue keeps messages for 14 days.",
    runbook: "dead-letters-wait",
  });
  createAlarm(scope, "SweeperSilent", {
    topic,
    metric: sweeper.metricInvocations({ period: Duration.hours(6) }),
    threshold: 1,
    below: true,
    // It runs every day: after 30 hours without a run, the schedule does not work.
    periods: 5,
    missingData: TreatMissingData.BREACHING,
    summary:
      "The sweeper has not run for 30 hours: lost sends and scheduled jobs wait. Invoke it by hand.",
    runbook: "sweeper-silent",
  });
}

/** A metric of the dead-letters function. CloudWatch does not aggregate over dimensions, so all are named. */
const deadLetterMetric = (metricName: string) =>
  new Metric({
    namespace: "Bulkhead",
    metricName,
    dimensionsMap: { service: "dead-letters" },
    statistic: Stats.SUM,
    period,
  });
