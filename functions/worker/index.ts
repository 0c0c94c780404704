import { createObjects, createQueue, databaseConfigs } from "@bulkhead/aws";
import { readConfig, workerConfig } from "@bulkhead/config";
import { tasks } from "@bulkhead/core/job";
import { connectAll } from "@bulkhead/db";
import { logger } from "@bulkhead/telemetry";
import { createHide } from "./hide.ts";
import { createWorker } from "./worker.ts";

const config = readConfig(workerConfig);

// One connection for each record of a batch.
const databases = connectAll(databaseConfigs(config, { max: 5 }), (error) =>
  logger.debug("an idle connection was closed", { error }),
);

export const handler = createWorker({
  databases,
  objects: createObjects(config.EXPORTS_BUCKET),
  tasks,
  queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
  hide: createHide(config.JOBS_QUEUE_URL),
});
