import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import {
  type Endpoints,
  type Services,
  type ServicesOptions,
  startServices,
} from "../../../packages/local/src/services/index.ts";

export const region = "eu-central-1";
export const account = "000000000000";
export const credentials = { accessKeyId: "AKIALOCAL", secretAccessKey: "the secret half" };

/** A folder that is removed after the test. */
export function freshHome(): string {
  const home = mkdtempSync(path.join(tmpdir(), "bulkhead-services-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Services in their own folder, closed after the test. */
export async function startOwn(options: Partial<ServicesOptions> = {}): Promise<Services> {
  const services = await startServices({
    home: options.home ?? freshHome(),
    region,
    account,
    secretOf: (id) => (id === credentials.accessKeyId ? credentials.secretAccessKey : undefined),
    ...options,
  });
  onTestFinished(() => services.close());
  return services;
}

/** The SDK's clients, as a function creates them. One attempt, so that an error is not retried. */
export function clientsOf(endpoints: Endpoints) {
  const config = { region, credentials, maxAttempts: 1 };
  return {
    sqs: new SQSClient({ ...config, endpoint: endpoints.sqs }),
    s3: new S3Client({ ...config, endpoint: endpoints.s3 }),
    secrets: new SecretsManagerClient({ ...config, endpoint: endpoints.secretsManager }),
    ses: new SESv2Client({ ...config, endpoint: endpoints.sesv2 }),
  };
}

/** The error of a call. Throws when the call succeeds. */
export async function refusalOf(call: Promise<unknown>): Promise<Error & { Code?: string }> {
  const outcome = await call.then(
    () => undefined,
    (error: Error) => error,
  );
  if (!outcome) throw new Error("The call was expected to be refused.");
  return outcome;
}
