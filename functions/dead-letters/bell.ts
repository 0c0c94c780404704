import { createHash } from "node:crypto";
import { logger, metrics } from "@bulkhead/telemetry";
import type { Deps } from "./dead-letters.ts";

/**
 * A metric that an alarm listens to, and the line to look for when it rings. The tenant is metadata of
 * the metric, not a dimension: CloudWatch bills each combination of dimensions as a metric.
 */
export const bell: Deps["bell"] = {
  gaveUp({ tenant, job, epoch }) {
    ring("JobGaveUp", { tenant, job });
    logger.error("job gave up", { tenantId: tenant, jobId: job, epoch });
  },

  unreadable(body, error) {
    const letter = {
      bytes: String(Buffer.byteLength(body)),
      sha256: createHash("sha256").update(body).digest("hex"),
    };
    ring("DeadLetterUnreadable", letter);
    logger.error("a dead letter is no token", { ...letter, error });
  },
};

function ring(name: string, metadata: Record<string, string>): void {
  const single = metrics.singleMetric();
  for (const [key, value] of Object.entries(metadata)) single.addMetadata(key, value);
  single.addMetric(name, "Count", 1);
}
