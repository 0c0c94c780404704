import { databaseConfigs } from "@bulkhead/aws/database";
import { createObjects } from "@bulkhead/aws/objects";
import { createQueue } from "@bulkhead/aws/queue";
import { readSecret } from "@bulkhead/aws/secrets";
import { apiConfig, readConfig, telemetryConfig } from "@bulkhead/config";
import { connectAll } from "@bulkhead/db";
import {
  logger,
  observeDatabase,
  outsideWork,
  reportDatabase,
  startTelemetry,
} from "@bulkhead/telemetry";
import { handle } from "hono/aws-lambda";
import { createApp } from "./app.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);
const config = readConfig(apiConfig);

// Lambda gives a process one request at a time; the second connection is for when the first was cut.
const databases = connectAll(
  databaseConfigs(config, { max: 2 }),
  (error) => outsideWork(() => logger.warn("idle connection closed", { error })),
  observeDatabase,
  reportDatabase,
);

export const handler = handle(
  createApp({
    databases,
    queue: createQueue({ jobs: config.JOBS_QUEUE_URL, sweeps: config.SWEEPS_QUEUE_URL }),
    objects: createObjects(config.EXPORTS_BUCKET),
    originSecret: () => readSecret(config.ORIGIN_SECRET_ARN),
    publicUrl: new URL(config.PUBLIC_URL).origin,
  }),
);
