import { Duration } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Database } from "../constructs/database.ts";
import { createAlarm } from "./alarm.ts";

const period = Duration.minutes(5);

/**
 * Aurora's default for `max_connections`: memory at the maximum capacity (2 GiB a unit) over 9,531,392
 * bytes, 5000 at most, and 2000 at most where the minimum capacity is half a unit or less.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
 */
export const maximumConnections = ({ minimumCapacity, maximumCapacity }: Database["settings"]) =>
  Math.min(
    Math.floor((maximumCapacity * 2 * 1024 ** 3) / 9_531_392),
    minimumCapacity <= 0.5 ? 2_000 : 5_000,
  );

/** Alarms of one database. Their ids begin with its name. */
export function addDatabaseAlarms(
  scope: Construct,
  topic: ITopic,
  name: string,
  { cluster, settings }: Database,
): void {
  const metric = (metricName: string, statistic: string = Stats.AVERAGE) =>
    cluster.metric(metricName, { period, statistic });
  const database = `The database ${name}`;

  createAlarm(scope, `${name}CapacityReached`, {
    topic,
    metric: metric("ACUUtilization"),
    threshold: 90,
    periods: 3,
    summary: `${database} has run at its maximum capacity for 15 minutes. Find the statement that grew; if the load is genuine, raise maximumCapacity.`,
    runbook: "database-capacity",
  });
  createAlarm(scope, `${name}Processor`, {
    topic,
    metric: metric("CPUUtilization"),
    threshold: 90,
    periods: 3,
    summary: `${database} has used 90 percent of its CPU for 15 minutes. Find the statement that grew.`,
    runbook: "database-processor",
  });
  createAlarm(scope, `${name}Connections`, {
    topic,
    metric: metric("DatabaseConnections", Stats.MAXIMUM),
    threshold: Math.floor(0.8 * maximumConnections(settings)),
    summary: `${database} uses 80 percent of its connections. Find the role that holds them.`,
    runbook: "database-connections",
  });
  createAlarm(scope, `${name}LocalStorage`, {
    topic,
    metric: metric("FreeLocalStorage", Stats.MINIMUM),
    threshold: 2 * 1024 ** 3,
    below: true,
    summary: `${database} has less than 2 GiB left for sorts and temporary tables. Find the statement that spills.`,
    runbook: "database-local-storage",
  });
  createAlarm(scope, `${name}Deadlocks`, {
    topic,
    metric: metric("Deadlocks"),
    // Per second: thirty in five minutes. A single one is retried, and no user notices.
    threshold: 0.1,
    summary: `${database} cancels deadlocked transactions. Its log names both statements of each.`,
    runbook: "database-deadlocks",
  });
  if (settings.readers > 0) {
    createAlarm(scope, `${name}ReplicaLag`, {
      topic,
      metric: metric("AuroraReplicaLagMaximum", Stats.MAXIMUM),
      threshold: 1_000,
      periods: 3,
      summary: `A reader of the database ${name} has been a second behind for 15 minutes. A failover would take as much longer.`,
      runbook: "database-replica-lag",
    });
  }
}
