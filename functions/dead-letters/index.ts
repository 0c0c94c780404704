import { createQueue, databaseConfig } from "@bulkhead/aws";
import { deadLettersConfig, readConfig } from "@bulkhead/config";
import { connect } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { bell } from "./bell.ts";
import { createDeadLetters } from "./dead-letters.ts";

const config = readConfig(deadLettersConfig);

const home = connect({ ...databaseConfig(config.DATABASE_URL), max: 5 }, (error) =>
  logger.debug("an idle connection was closed", { error }),
);

export const handler = createDeadLetters({
  databases: { home },
  queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
  bell,
});
