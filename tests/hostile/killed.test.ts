import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { Person } from "../demo/person.ts";
import { type Copy, startCopy } from "../e2e/copy.ts";
import { preparedHome } from "../e2e/prepared.ts";

let home = "";
let copy: Copy;

beforeAll(async () => {
  home = await preparedHome("bulkhead-killed-");
  copy = await startCopy(home);
});
afterAll(async () => {
  await copy?.killGroup().catch(() => {});
  if (home) rmSync(home, { recursive: true, force: true });
});

it("replays what the API's process committed and was killed before it could answer", async () => {
  const ada = new Person(copy.api, "Ada");
  await ada.arrive();
  const others = processes().length;
  await ada.expect(200, "GET", "/v1/projects");
  const [api] = processes().slice(others) as [number];
  const key = { "idempotency-key": randomUUID() };
  const create = () => ada.ask("POST", "/v1/projects", { name: "Ark" }, key);

  // The insert waits for a lock. While it does, the process that asked for it is made deaf.
  const table = await superuser();
  onTestFinished(() => table.end());
  await table.query("begin; lock table app.projects in share mode");
  const lost = create();
  await expect.poll(waitingForLocks).toBe(1);
  process.kill(api, "SIGSTOP");
  await table.query("commit");
  await expect.poll(projectsCalledArk).toBe(1);
  process.kill(api, "SIGKILL");
  // As API Gateway says it of a function that is gone; what became of the request is unknown.
  expect((await lost).status).toBe(500);

  const retry = await create();
  expect(retry.status).toBe(201);
  expect(retry.headers.get("idempotency-replayed")).toBe("true");
  expect(await projectsCalledArk()).toBe(1);
  const { items } = await ada.expect<{ items: unknown[] }>(200, "GET", "/v1/projects");
  expect(items).toEqual([retry.body]);
});

async function superuser(): Promise<Client> {
  const endpoints = JSON.parse(readFileSync(path.join(home, "endpoints.json"), "utf8"));
  const { passwords } = JSON.parse(readFileSync(path.join(home, "credentials.json"), "utf8"));
  const url = new URL(endpoints.postgres);
  url.username = "rdsadmin";
  url.password = passwords.rdsadmin;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  return client;
}

async function count(what: string): Promise<number> {
  const client = await superuser();
  try {
    return Number((await client.query(`select count(*) from ${what}`)).rows[0].count);
  } finally {
    await client.end();
  }
}

const waitingForLocks = () => count("pg_stat_activity where wait_event_type = 'Lock'");
const projectsCalledArk = () => count("app.projects where name = 'Ark'");

/** Processes of functions, in the order in which they were started. */
const processes = () =>
  readFileSync(path.join(home, "lambda.pids"), "utf8").split("\n").filter(Boolean).map(Number);
