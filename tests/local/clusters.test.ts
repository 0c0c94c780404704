import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Client } from "pg";
import { expect, it, onTestFinished } from "vitest";
import { openCredentials } from "../../packages/local/src/home/credentials.ts";
import { openHome } from "../../packages/local/src/home/home.ts";
import { createClosers } from "../../packages/local/src/supervise/closers.ts";
import { keepPostgres } from "../../packages/local/src/supervise/postgres.ts";
import { createServers, type PostgresServers } from "../../packages/local/src/supervise/servers.ts";
import { deploy } from "./support/deploy.ts";
import { temporaryFolder } from "./support/handlers.ts";

const cluster = (placement?: string) => ({
  Type: "AWS::RDS::DBCluster",
  Properties: {
    Engine: "aurora-postgresql",
    MasterUsername: "bulkhead_master",
    ManageMasterUserPassword: true,
    DatabaseName: "bulkhead",
    ...(placement && { Tags: [{ Key: "placement", Value: placement }] }),
  },
});

/** The servers of a home, as a start of the cloud has them. */
async function serversOf(folder: string): Promise<PostgresServers> {
  const home = openHome(folder);
  const closers = createClosers();
  onTestFinished(() => closers.close());
  const { signal } = new AbortController();
  const credentials = openCredentials(home);
  const keeping = { home, credentials, log: () => {}, givenUp: () => {}, signal };
  const first = await keepPostgres({ ...keeping, folder: "postgres" });
  closers.add(first.stop);
  return createServers(first, keeping, closers);
}

async function identify(url: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("select system_identifier from pg_control_system()");
  await client.end();
  return rows[0]?.system_identifier;
}

it("gives each cluster its own PostgreSQL server", async () => {
  const home = temporaryFolder();
  const servers = await serversOf(home);
  const Resources = { Home: cluster(), Dedicated: cluster("dedicated") };
  const { declared } = await deploy(Resources, { home, servers });

  expect(declared.databases.map(({ placement }) => placement)).toEqual([undefined, "dedicated"]);
  const [first, second] = declared.databases.map(({ masterUrl }) => masterUrl);
  expect(await identify(String(first))).not.toBe(await identify(String(second)));
  expect([...servers.ports]).toEqual(
    [first, second].map((url) => Number(new URL(String(url)).port)),
  );
  expect(existsSync(path.join(home, "postgres-dedicated", "PG_VERSION"))).toBe(true);
});

it("creates a further cluster's custom resources again when its folder is gone, and no others", async () => {
  const home = temporaryFolder();
  const memory = path.join(home, "custom-resources.json");
  const known = { "App/Migrations": {}, "Schema/Migrations": {} };
  writeFileSync(memory, JSON.stringify(known));
  const servers = await serversOf(home);

  await deploy({ Home: cluster(), Dedicated: cluster("dedicated") }, { home, servers });
  expect(Object.keys(JSON.parse(readFileSync(memory, "utf8")))).toEqual(["Schema/Migrations"]);
});

it("refuses a further cluster without a unique placement", async () => {
  const servers = await serversOf(temporaryFolder());
  for (const second of [cluster(), cluster("dedicated")]) {
    const Resources = { A: cluster("dedicated"), B: second };
    await expect(deploy(Resources, { servers })).rejects.toThrow(
      'B (stack App) is not the first cluster: give it a tag "placement" with a unique name.',
    );
  }
});
