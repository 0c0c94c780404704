import { createAuth, openPool } from "@bulkhead/auth";
import { once } from "@bulkhead/aws/client";
import { databaseConfig } from "@bulkhead/aws/database";
import { createMail } from "@bulkhead/aws/mail";
import { readSecret } from "@bulkhead/aws/secrets";
import { authConfig, readConfig, telemetryConfig } from "@bulkhead/config";
import { startTelemetry } from "@bulkhead/telemetry";
import { handle } from "hono/aws-lambda";
import { createApp } from "./app.ts";

startTelemetry(readConfig(telemetryConfig), readSecret);
const config = readConfig(authConfig);
const pool = openPool(databaseConfig(config.DATABASE_URL));
const mail = createMail(config.MAIL_FROM);

const auth = once(async () => {
  const secret = await readSecret(config.AUTH_SECRET_ARN);
  return createAuth({ pool, secret, publicUrl: new URL(config.PUBLIC_URL).origin, mail });
});

export const handler = handle(
  createApp({ auth, originSecret: () => readSecret(config.ORIGIN_SECRET_ARN) }),
);
