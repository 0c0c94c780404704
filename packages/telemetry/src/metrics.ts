import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { libraryLog } from "./library-log.ts";
import { labels } from "./trace/in-work.ts";

/** Everything that is counted, and what one of it is. Alarms and dashboards know these names. */
export const METRICS = {
  JobGaveUp: "A job failed for the last time",
  DeadLetterUnreadable: "A dead letter was no token, and was dropped",
  MailFailed: "A letter could not be handed to the mail service",
  RoleSettingsCleared: "A database role had been given settings of its own, which were cleared",
  SessionTerminated: "A session of a database role outlived every limit, and was terminated",
  SpansDropped: "Spans that the collector did not take",
} as const;

export type MetricName = keyof typeof METRICS;

let metrics: Metrics | undefined;

/**
 * Counts something that happened, in the unit Count, at once: a line in the embedded metric format.
 *
 * Its one dimension is the service. Tenant, request and trace are properties beside it, because each
 * combination of dimensions is a metric of its own, billed by the month: with the tenant for one, a
 * thousand tenants would make a thousand of each. Log Insights groups by the property for nothing.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function count(name: MetricName, times = 1, properties: Record<string, string> = {}): void {
  metrics ??= new Metrics({ namespace: "Bulkhead", logger: libraryLog("powertools-metrics") });
  const single = metrics.singleMetric();
  for (const [key, value] of Object.entries({ ...labels(), ...properties })) {
    if (value !== undefined) single.addMetadata(key, value);
  }
  single.addMetric(name, MetricUnit.Count, times);
}
