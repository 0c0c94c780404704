import { readFile } from "node:fs/promises";
import path from "node:path";
import { clientAt, createObjects } from "@bulkhead/aws/objects";
import { operatorConfig, readConfig, tenantCommandConfig } from "@bulkhead/config";
import { OperatorError } from "../errors.ts";
import { type Environment, machineEnvironment } from "./environment.ts";

/**
 * The databases and the bucket that the process's variables name, or else those of the product that runs on
 * this machine.
 *
 * @throws OperatorError when there are neither
 */
export async function localEnvironment(): Promise<Environment> {
  const { BULKHEAD_HOME, DATABASE_URL, ...rest } = readConfig(tenantCommandConfig);
  if (!DATABASE_URL) return runningProduct(BULKHEAD_HOME);
  const bucket = rest.EXPORTS_BUCKET ? createObjects(rest.EXPORTS_BUCKET) : undefined;
  return machineEnvironment({ ...rest, DATABASE_URL }, bucket);
}

/** With the variables of its operator function. */
async function runningProduct(home: string): Promise<Environment> {
  const file = path.resolve(home, "endpoints.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new OperatorError(
      `Nothing runs in ${path.dirname(file)}, and DATABASE_URL is not set. Start the product with npm run dev, or see docs/runbooks/tenant-move.md.`,
    );
  });
  const { functions } = JSON.parse(text) as {
    functions?: Record<string, Record<string, string>>;
  };
  const variables = functions?.operator;
  if (!variables) {
    throw new OperatorError(`${file} lists no operator function. Start the product again.`);
  }

  const config = readConfig(operatorConfig, variables);
  const client = clientAt({
    endpoint: String(variables.AWS_ENDPOINT_URL_S3),
    region: String(variables.AWS_REGION),
    credentials: {
      accessKeyId: String(variables.AWS_ACCESS_KEY_ID),
      secretAccessKey: String(variables.AWS_SECRET_ACCESS_KEY),
    },
  });
  return machineEnvironment(config, createObjects(config.EXPORTS_BUCKET, client));
}
