import { Duration } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { bell } from "./alarm.ts";

export interface JobAlarmsProps {
  readonly topic: ITopic;
  readonly jobs: IQueue;
  readonly dead: IQueue;
}

const period = Duration.minutes(5);

/** What is wrong with jobs that no error of a function tells. */
export function ringForJobs(scope: Construct, { topic, jobs, dead }: JobAlarmsProps): void {
  bell(scope, "GaveUp", {
    topic,
    metric: counted("JobGaveUp"),
    threshold: 1,
    description:
      "A job failed five times. The dead-letters function's log names tenant, job and reason; " +
      "mend the cause, then redrive the job.",
  });
  bell(scope, "Unreadable", {
    topic,
    metric: counted("DeadLetterUnreadable"),
    threshold: 1,
    description:
      "A dead letter was no job token, and is gone. The dead-letters function's log has its " +
      "digest. Find out who else sends to the Jobs queue, and take the permission away.",
  });
  bell(scope, "JobsWait", {
    topic,
    metric: jobs.metricApproximateAgeOfOldestMessage({ period }),
    threshold: 15 * 60,
    description:
      "A token has waited for 15 minutes. See whether the worker fails or is throttled; if it " +
      "is only busy, raise concurrency.worker in infra/stages.ts.",
  });
  bell(scope, "DeadLettersWait", {
    topic,
    metric: dead.metricApproximateAgeOfOldestMessage({ period }),
    threshold: 15 * 60,
    description:
      "A dead letter has not been recorded for 15 minutes, and its tenant's slot is not free. " +
      "Read the dead-letters function's log. The queue keeps letters for 14 days.",
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
