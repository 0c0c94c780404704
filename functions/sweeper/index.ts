import { createQueue, databaseConfigs } from "@bulkhead/aws";
import { readConfig, sweeperConfig } from "@bulkhead/config";
import { connectAll } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { createSweeper } from "./sweeper.ts";

const config = readConfig(sweeperConfig);

const databases = connectAll(databaseConfigs(config, { max: 2 }), (error) =>
  logger.debug("an idle connection was closed", { error }),
);

export const handler = createSweeper({
  databases,
  queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
});
