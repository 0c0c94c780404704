import { createAuth, openPool } from "@bulkhead/auth";
import { createMail, databaseConfig, once, readSecret } from "@bulkhead/aws";
import { authConfig, readConfig } from "@bulkhead/config";
import { captureConsole } from "@bulkhead/telemetry";
import { handle } from "hono/aws-lambda";
import { createApp } from "./app.ts";

captureConsole();
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
