import { readFile } from "node:fs/promises";
import path from "node:path";
import { clientAt, createObjects } from "@bulkhead/aws/objects";
import { operatorConfig, readConfig, tenantCommandConfig } from "@bulkhead/config";
import { Fault } from "../fault.ts";
import { type Surroundings, surroundingsOf } from "./surroundings.ts";

/**
 * The databases and the bucket that the environment names, and without any those of the product that runs
 * on this machine.
 *
 * @throws Fault when neither is there
 */
export async function findSurroundings(): Promise<Surroundings> {
  const { BULKHEAD_HOME, DATABASE_URL, ...rest } = readConfig(tenantCommandConfig);
  if (!DATABASE_URL) return runningHere(BULKHEAD_HOME);
  const bucket = rest.EXPORTS_BUCKET ? createObjects(rest.EXPORTS_BUCKET) : undefined;
  return surroundingsOf({ ...rest, DATABASE_URL }, bucket);
}

/** With the environment that the operator function has there. */
async function runningHere(home: string): Promise<Surroundings> {
  const file = path.resolve(home, "endpoints.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Fault(
      `Nothing runs in ${path.dirname(file)}, and DATABASE_URL names no database. Start one with npm run dev, or see docs/runbooks/tenant-move.md.`,
    );
  });
  const { functions } = JSON.parse(text) as {
    functions?: Record<string, Record<string, string>>;
  };
  const variables = functions?.operator;
  if (!variables) throw new Fault(`${file} knows no operator: start it again.`);

  const places = readConfig(operatorConfig, variables);
  const client = clientAt({
    endpoint: String(variables.AWS_ENDPOINT_URL_S3),
    region: String(variables.AWS_REGION),
    credentials: {
      accessKeyId: String(variables.AWS_ACCESS_KEY_ID),
      secretAccessKey: String(variables.AWS_SECRET_ACCESS_KEY),
    },
  });
  return surroundingsOf(places, createObjects(places.EXPORTS_BUCKET, client));
}
