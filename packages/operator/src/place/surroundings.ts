import { readFile } from "node:fs/promises";
import path from "node:path";
import { databaseConfig } from "@bulkhead/aws/database";
import { createObjects } from "@bulkhead/aws/objects";
import { operatorConfig, readConfig } from "@bulkhead/config";
import type { Bucket } from "../archive/export.ts";
import { Fault } from "../fault.ts";
import { type House, houseOf } from "./house.ts";

type Urls = { home: string } & Record<string, string>;

/**
 * The databases and the bucket that this command may reach: those that the environment names, and without any those of
 * the product that runs on this machine.
 *
 * @throws Fault when neither is there
 */
export async function findSurroundings(): Promise<{ house: House; bucket: Bucket }> {
  const config = readConfig(operatorConfig);
  const { DATABASE_URL, DEDICATED_DATABASES, BULKHEAD_HOME, EXPORTS_BUCKET } = config;
  const urls = DATABASE_URL
    ? { ...DEDICATED_DATABASES, home: DATABASE_URL }
    : await runningHere(BULKHEAD_HOME);
  const house = houseOf(
    Object.fromEntries(
      Object.entries(urls).map(([name, url]) => {
        // pg's pool knows options that a single connection does not.
        const { host, port, user, password, database, ssl } = databaseConfig(url);
        return [
          name,
          { host, port, user, password, database, ssl, connectionTimeoutMillis: 40_000 },
        ];
      }),
    ),
  );
  return { house, bucket: EXPORTS_BUCKET ? createObjects(EXPORTS_BUCKET) : undefined };
}

type Endpoints = {
  postgresOperator?: string;
  dedicated?: Record<string, { postgresOperator?: string }>;
};

async function runningHere(home: string): Promise<Urls> {
  const file = path.resolve(home, "endpoints.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new Fault(
      `Nothing runs in ${path.dirname(file)}, and DATABASE_URL names no database. Start one with npm run dev, or see docs/runbooks/tenant-move.md.`,
    );
  });
  const { postgresOperator, dedicated = {} } = JSON.parse(text) as Endpoints;
  const urls = Object.entries({
    ...Object.fromEntries(
      Object.entries(dedicated).map(([name, urls]) => [name, urls.postgresOperator]),
    ),
    home: postgresOperator,
  }).flatMap(([name, url]) => (url ? [[name, `${url}?sslmode=disable`] as const] : []));
  if (!postgresOperator) throw new Fault(`${file} knows no operator: start it again.`);
  return Object.fromEntries(urls) as Urls;
}
