import { databaseConfigs } from "@bulkhead/aws/database";
import { createQueue } from "@bulkhead/aws/queue";
import { readSecret } from "@bulkhead/aws/secrets";
import { deadLettersConfig, readConfig, telemetryConfig } from "@bulkhead/config";
import { connectAll } from "@bulkhead/db";
import {
  logger,
  observeDatabase,
  outsideWork,
  reportDatabase,
  startTelemetry,
} from "@bulkhead/telemetry";
import { createDeadLetters } from "./dead-letters.ts";
import { notifier } from "./notifier.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);
const config = readConfig(deadLettersConfig);

const databases = connectAll(
  databaseConfigs(config, { max: 5 }),
  (error) => outsideWork(() => logger.debug("idle connection closed", { error })),
  observeDatabase,
  reportDatabase,
);

export const handler = createDeadLetters({
  databases,
  queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
  notifier,
});
