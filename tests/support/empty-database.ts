import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { inject, onTestFinished } from "vitest";

export type EmptyDatabase = {
  masterUrl: string;
  /** As the superuser, who sees everything. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
};

/** What a first deployment finds: a database of the master's with nothing in it. */
export async function emptyDatabase(): Promise<EmptyDatabase> {
  const name = `empty_${randomUUID().replaceAll("-", "")}`;
  const server = new Client({ connectionString: inject("server") });
  await server.connect();
  await server.query(`create database ${name} owner bulkhead_master`);
  const url = new URL(inject("server"));
  url.pathname = name;
  const superuser = new Client({ connectionString: url.href });
  await superuser.connect();
  onTestFinished(async () => {
    await superuser.end();
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  });
  url.username = "bulkhead_master";
  url.password = "master";
  return {
    masterUrl: url.href,
    sql: async (text, values) => (await superuser.query(text, values)).rows,
  };
}
