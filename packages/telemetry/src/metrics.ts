import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/**
 * The one metrics namespace. Values are written to standard output in the embedded metric format at
 * `publishStoredMetrics()`: call it once at the end of an invocation.
 */
export const metrics = new Metrics({ namespace: "Bulkhead" });

/** Counts something that happened, in the unit Count. */
export function count(name: string, times = 1): void {
  metrics.addMetric(name, MetricUnit.Count, times);
}
