import { Duration } from "aws-cdk-lib";
import { type IMetric, MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { createAlarm } from "./alarm.ts";

const period = Duration.minutes(5);

/** The functions whose connections look after their role, by the service that their metrics name. */
const SERVICES = ["api", "worker", "sweeper", "dead-letters"];

/** What SQL in a request has done to the role that all requests share, and the driver has undone. */
export function addRoleAlarms(scope: Construct, topic: ITopic): void {
  createAlarm(scope, "RoleSettingsCleared", {
    topic,
    metric: ofAnyService("RoleSettingsCleared"),
    threshold: 1,
    summary:
      "A database role had been given settings, which every new connection would have begun with. The driver has " +
      "cleared them. Find the request that ran ALTER ROLE.",
    runbook: "role-settings-cleared",
  });
  createAlarm(scope, "SessionTerminated", {
    topic,
    metric: ofAnyService("SessionTerminated"),
    threshold: 1,
    summary:
      "A session of a database role had outlived every timeout, which only SQL can turn off, and was terminated. " +
      "Find the request that ran it.",
    runbook: "session-terminated",
  });
}

/** CloudWatch adds nothing up over dimensions. */
const ofAnyService = (metricName: string) => {
  const usingMetrics: Record<string, IMetric> = {};
  for (const [index, service] of SERVICES.entries()) {
    usingMetrics[`m${index}`] = new Metric({
      namespace: "Bulkhead",
      metricName,
      dimensionsMap: { service },
      statistic: Stats.SUM,
      period,
    });
  }
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(" + ");
  return new MathExpression({ label: metricName, expression, usingMetrics, period });
};
