import { databaseConfigs } from "@bulkhead/aws/database";
import { createObjects } from "@bulkhead/aws/objects";
import { createQueue } from "@bulkhead/aws/queue";
import { readSecret } from "@bulkhead/aws/secrets";
import { readConfig, telemetryConfig, workerConfig } from "@bulkhead/config";
import { connectAll } from "@bulkhead/db";
import {
  logger,
  observeDatabase,
  outsideWork,
  reportDatabase,
  startTelemetry,
} from "@bulkhead/telemetry";
import { createHide } from "./hide.ts";
import { tasks } from "./tasks.ts";
import { createWorker } from "./worker.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);
const config = readConfig(workerConfig);

// One connection for each record of a batch.
const databases = connectAll(
  databaseConfigs(config, { max: 5 }),
  (error) => outsideWork(() => logger.debug("idle connection closed", { error })),
  observeDatabase,
  reportDatabase,
);

export const handler = createWorker({
  databases,
  objects: createObjects(config.EXPORTS_BUCKET),
  tasks,
  queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
  hide: createHide(config.JOBS_QUEUE_URL),
});
