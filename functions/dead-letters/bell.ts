import { createHash } from "node:crypto";
import { count, logger } from "@bulkhead/telemetry";
import type { Deps } from "./dead-letters.ts";

/** A metric that an alarm listens to, and the line to look for when it rings. */
export const bell: Deps["bell"] = {
  gaveUp({ tenant, job, epoch }) {
    count("JobGaveUp", 1, { tenantId: tenant, jobId: job });
    logger.error("job gave up", { tenantId: tenant, jobId: job, epoch });
  },

  unreadable(body, error) {
    const letter = {
      bytes: String(Buffer.byteLength(body)),
      sha256: createHash("sha256").update(body).digest("hex"),
    };
    count("DeadLetterUnreadable", 1, letter);
    logger.error("a dead letter is no token", { ...letter, error });
  },
};
