import { databaseConfigs } from "@bulkhead/aws/database";
import { createQueue } from "@bulkhead/aws/queue";
import { readSecret } from "@bulkhead/aws/secrets";
import { readConfig, sweeperConfig, telemetryConfig } from "@bulkhead/config";
import { connectAll } from "@bulkhead/db";
import {
  logger,
  observeDatabase,
  outsideWork,
  reportDatabase,
  startTelemetry,
} from "@bulkhead/telemetry";
import { createSweeper } from "./sweeper.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);
const config = readConfig(sweeperConfig);

const databases = connectAll(
  databaseConfigs(config, { max: 2 }),
  (error) => outsideWork(() => logger.debug("idle connection closed", { error })),
  observeDatabase,
  reportDatabase,
);

export const handler = createSweeper({
  databases,
  queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
});
