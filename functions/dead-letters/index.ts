import { createQueue, databaseConfigs } from "@bulkhead/aws";
import { deadLettersConfig, readConfig } from "@bulkhead/config";
import { connectAll } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { bell } from "./bell.ts";
import { createDeadLetters } from "./dead-letters.ts";

const config = readConfig(deadLettersConfig);

const databases = connectAll(databaseConfigs(config, { max: 5 }), (error) =>
  logger.debug("an idle connection was closed", { error }),
);

export const handler = createDeadLetters({
  databases,
  queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
  bell,
});
