import { Duration } from "aws-cdk-lib";
import { Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { bell } from "./bell.ts";

export interface JobsWatch {
  readonly topic: ITopic;
  readonly jobs: IQueue;
  readonly dead: IQueue;
  readonly sweeper: IFunction;
}

const period = Duration.minutes(5);

/** What is wrong with jobs that no error of a function tells. */
export function watchJobs(scope: Construct, { topic, jobs, dead, sweeper }: JobsWatch): void {
  bell(scope, "JobGaveUp", {
    topic,
    metric: counted("JobGaveUp"),
    threshold: 1,
    says:
      "A job failed five times and has given up. The dead-letters function's log names tenant and " +
      "job; mend the cause, then have the work asked for again.",
    runbook: "job-gave-up",
  });
  bell(scope, "DeadLetterUnreadable", {
    topic,
    metric: counted("DeadLetterUnreadable"),
    threshold: 1,
    says:
      "A dead letter was no job token, and is gone. Find out who else sends to the Jobs queue, and " +
      "take the permission away.",
    runbook: "dead-letter-unreadable",
  });
  bell(scope, "JobsWait", {
    topic,
    metric: jobs.metricApproximateAgeOfOldestMessage({ period }),
    threshold: 15 * 60,
    says: "A job's token has waited for 15 minutes. See whether the worker fails or is throttled.",
    runbook: "jobs-wait",
  });
  bell(scope, "DeadLettersWait", {
    topic,
    metric: dead.metricApproximateAgeOfOldestMessage({ period }),
    threshold: 15 * 60,
    says:
      "A dead letter has not been recorded for 15 minutes, and its tenant's slot is not free. Read " +
      "the dead-letters function's log. The queue keeps letters for 14 days.",
    runbook: "dead-letters-wait",
  });
  bell(scope, "SweeperSilent", {
    topic,
    metric: sweeper.metricInvocations({ period: Duration.hours(6) }),
    threshold: 1,
    below: true,
    // It has a daily schedule: 30 hours without one run are a schedule that is gone.
    periods: 5,
    silence: TreatMissingData.BREACHING,
    says: "The sweeper has not run for 30 hours: lost sends and scheduled jobs wait. Run it by hand.",
    runbook: "sweeper-silent",
  });
}

/** A metric of the dead-letters function. CloudWatch adds nothing up over dimensions: all are named. */
const counted = (metricName: string) =>
  new Metric({
    namespace: "Bulkhead",
    metricName,
    dimensionsMap: { service: "dead-letters" },
    statistic: Stats.SUM,
    period,
  });
