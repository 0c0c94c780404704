import { Duration } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Database } from "../constructs/database.ts";
import { bell } from "./bell.ts";

const period = Duration.minutes(5);

/**
 * Aurora's own bound on connections: memory at the largest capacity (2 GiB a unit) over 9,531,392
 * bytes, 5000 at most, and 2000 where the smallest capacity is half a unit or none.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 */
export const mostConnections = ({ minimumCapacity, maximumCapacity }: Database["settings"]) =>
  Math.min(
    Math.floor((maximumCapacity * 2 * 1024 ** 3) / 9_531_392),
    minimumCapacity <= 0.5 ? 2_000 : 5_000,
  );

/** What can be wrong with a database. `word` tells the alarms of several apart. */
export function watchDatabase(
  scope: Construct,
  word: string,
  topic: ITopic,
  { cluster, settings }: Database,
): void {
  const metric = (name: string, statistic: string = Stats.AVERAGE) =>
    cluster.metric(name, { period, statistic });
  const which = `The database ${word}`;

  bell(scope, `${word}CapacityReached`, {
    topic,
    metric: metric("ACUUtilization"),
    threshold: 90,
    periods: 3,
    says: `${which} has run at its largest for 15 minutes. Look for the statement that grew; if it is honest load, raise maximumCapacity.`,
    runbook: "database-capacity",
  });
  bell(scope, `${word}Processor`, {
    topic,
    metric: metric("CPUUtilization"),
    threshold: 90,
    periods: 3,
    says: `${which} has had no processor to spare for 15 minutes. Look for the statement that grew.`,
    runbook: "database-processor",
  });
  bell(scope, `${word}Connections`, {
    topic,
    metric: metric("DatabaseConnections", Stats.MAXIMUM),
    threshold: Math.floor(0.8 * mostConnections(settings)),
    says: `${which} has four fifths of the connections it can have. See which role holds them.`,
    runbook: "database-connections",
  });
  bell(scope, `${word}LocalStorage`, {
    topic,
    metric: metric("FreeLocalStorage", Stats.MINIMUM),
    threshold: 2 * 1024 ** 3,
    below: true,
    says: `${which} has less than 2 GiB left for sorts and temporary tables. Find the statement that spills.`,
    runbook: "database-local-storage",
  });
  bell(scope, `${word}Deadlocks`, {
    topic,
    metric: metric("Deadlocks"),
    // A second: some thirty in five minutes. A single one is retried and nobody notices.
    threshold: 0.1,
    says: `${which} ends transactions that wait for each other. Its log names both statements.`,
    runbook: "database-deadlocks",
  });
  if (settings.readers > 0) {
    bell(scope, `${word}ReplicaLag`, {
      topic,
      metric: metric("AuroraReplicaLagMaximum", Stats.MAXIMUM),
      threshold: 1_000,
      periods: 3,
      says: `A reader of the database ${word} has been a second behind for 15 minutes, and would be as late to take over.`,
      runbook: "database-replica-lag",
    });
  }
}
