import { readFile } from "node:fs/promises";
import path from "node:path";
import { readConfig, tenantCommandConfig } from "@bulkhead/config";
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
  if (DATABASE_URL) return surroundingsOf({ ...rest, DATABASE_URL });
  return surroundingsOf({ ...rest, ...(await runningHere(BULKHEAD_HOME)) });
}

type Endpoints = {
  postgresOperator?: string;
  dedicated?: Record<string, { postgresOperator?: string }>;
};

async function runningHere(home: string) {
  const file = path.resolve(home, "endpoints.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Fault(
      `Nothing runs in ${path.dirname(file)}, and DATABASE_URL names no database. Start one with npm run dev, or see docs/runbooks/tenant-move.md.`,
    );
  });
  const { postgresOperator, dedicated = {} } = JSON.parse(text) as Endpoints;
  if (!postgresOperator) throw new Fault(`${file} knows no operator: start it again.`);
  const local = (url: string) => `${url}?sslmode=disable`;
  return {
    DATABASE_URL: local(postgresOperator),
    DEDICATED_DATABASES: Object.fromEntries(
      Object.entries(dedicated).flatMap(([name, { postgresOperator: url }]) =>
        url ? [[name, local(url)]] : [],
      ),
    ),
  };
}
