import { createHash } from "node:crypto";
import { count, logger } from "@bulkhead/telemetry";
import type { Notifier } from "./dead-letters.ts";

/** A metric that an alarm watches, and a line with the details to search for. */
export const notifier: Notifier = {
  gaveUp({ tenant, job, epoch }) {
    count("JobGaveUp", 1, { tenantId: tenant, jobId: job });
    logger.error("job gave up", { tenantId: tenant, jobId: job, epoch });
  },

  unreadable(body, error) {
    const deadLetter = {
      bytes: String(Buffer.byteLength(body)),
      sha256: createHash("sha256").update(body).digest("hex"),
    };
    count("DeadLetterUnreadable", 1, deadLetter);
    logger.error("dead letter unreadable", { ...deadLetter, error });
  },
};
