import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { echo, echoApp } from "./support/echo-app.ts";
import { temporaryFolder } from "./support/handlers.ts";
import { killGroup, type Repository, type Started } from "./support/repository.ts";

// Most tests start in one home: a new database takes longer than everything else.
const app = echoApp(temporaryFolder(afterAll));

/** One that has ended and that nobody has reaped yet does not count. */
function isAlive(pid: number): boolean {
  const all = execFileSync("ps", ["-eo", "pid=,stat="], { encoding: "utf8" }).split("\n");
  const [, state] =
    all.map((line) => line.trim().split(/\s+/)).find(([id]) => id === `${pid}`) ?? [];
  return state !== undefined && !state.startsWith("Z");
}

async function busy({ url }: Started): Promise<number> {
  const answer = await fetch(`${await url}/_local/functions`);
  const [stats] = (await answer.json()) as { inFlight: number }[];
  return stats?.inFlight ?? 0;
}

/** Every process that names the home, or that one of them started. */
function processesOf({ home }: Repository): string[] {
  const all = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes(home) && !line.includes("<defunct>"));
}

it("serves its app, leaks nothing of the shell into it, and leaves no process behind", async () => {
  const started = await app.start();
  const { url, process: child, ended } = started;
  const headers = { "x-origin-secret": "forged" };
  const answer = await echo(await url, headers);
  expect(answer).toMatchObject({ secret: "right", url: await url });
  expect(answer.environment).not.toContain("AWS_PROFILE");
  expect(answer.environment).toContain("AWS_ENDPOINT_URL_SQS");
  expect(app.synths().join()).not.toContain("somebody");

  const functions = await (await fetch(`${await url}/_local/functions`)).json();
  expect(functions).toEqual([expect.objectContaining({ label: "Echo", environments: 1 })]);
  const endpoints = path.join(app.home, "endpoints.json");
  expect(statSync(endpoints).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(endpoints, "utf8"))).toMatchObject({ api: await url });

  expect(processesOf(app).length).toBeGreaterThan(1);
  const slow = fetch(`${await url}/v1/slow`);
  await expect.poll(() => busy(started), { timeout: 25_000 }).toBe(1);
  child.kill("SIGTERM");
  expect((await slow).status).toBe(200); // what runs may finish
  expect(await ended).toBe(0);
  expect(processesOf(app)).toEqual([]);
});

it("starts after a kill of everything at once, and after a kill of itself alone", async () => {
  const first = await app.start();
  await echo(await first.url);
  killGroup(first.process, "SIGKILL");
  await first.ended;

  const second = await app.start();
  const { pid } = await echo(await second.url);
  fetch(`${await second.url}/v1/wait`).catch(() => {});
  await expect.poll(() => busy(second), { timeout: 25_000 }).toBe(1);
  second.process.kill("SIGKILL");
  await second.ended;
  // A function's process notices by itself.
  await expect.poll(() => isAlive(pid), { timeout: 25_000 }).toBe(false);

  const third = await app.start();
  const { pid: spinning } = await echo(await third.url);
  fetch(`${await third.url}/v1/spin`).catch(() => {});
  await expect.poll(() => busy(third), { timeout: 25_000 }).toBe(1);
  third.process.kill("SIGKILL");
  await third.ended;
  expect(isAlive(spinning)).toBe(true); // it can't notice

  const fourth = await app.start();
  await fourth.url;
  expect(isAlive(spinning)).toBe(false);
  fourth.process.kill("SIGTERM");
  await fourth.ended;
  expect(processesOf(app)).toEqual([]);
});

it("refuses a home that another one runs in, and runs beside it in a home of its own", async () => {
  const first = await app.start();
  await first.url;
  const second = await app.start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(/^Another local cloud \(process \d+\) runs in .*\n$/);

  const third = await app.start({ BULKHEAD_HOME: path.join(app.root, "other") });
  expect((await fetch(`${await third.url}/v1/x`)).status).toBe(200);
  expect((await fetch(`${await first.url}/v1/x`)).status).toBe(200);
});

it.each([
  [
    "a PORT that is none",
    { PORT: "http" },
    'PORT must be a number between 0 and 65535, not "http".',
  ],
  [
    "a home inside a file",
    { BULKHEAD_HOME: "/dev/null/home" },
    "choose another with BULKHEAD_HOME",
  ],
])("ends with one clear sentence for %s", async (_, environment, sentence) => {
  const { ended, output } = await app.start(environment);
  expect(await ended).toBe(1);
  expect(output()).toContain(sentence);
  expect(output().trim().split("\n")).toHaveLength(1);
});

it("says on an older Node.js which one it needs", () => {
  const main = path.resolve(import.meta.dirname, "../../packages/local/src/main.mjs");
  const old = `Object.defineProperty(process, "versions", { value: { node: "20.19.2" } })`;
  const flags = ["--import", `data:text/javascript,${encodeURIComponent(old)}`];
  const { status, stderr } = spawnSync(process.execPath, [...flags, main], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^The local cloud needs Node.js 24 and this is 20\.19\.2\. .*\n$/);
});

it("ends with what the CDK app said when it does not synthesize, and leaves nothing running", async () => {
  const app = echoApp();
  writeFileSync(
    path.join(app.root, "infra", "app.ts"),
    `console.error("no such stage"); process.exit(3);`,
  );
  const { ended, output } = await app.start();
  expect(await ended).toBe(1);
  expect(output()).toContain("The CDK app does not synthesize:\nno such stage");
  expect(processesOf(app)).toEqual([]);
});

it("stops in the middle of a start when it is told to", async () => {
  const app = echoApp();
  writeFileSync(path.join(app.root, "infra", "app.ts"), "setTimeout(() => {}, 60_000);");
  const { process: child, ended } = await app.start();
  await expect.poll(() => processesOf(app).length, { timeout: 25_000 }).toBeGreaterThan(0);
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(processesOf(app)).toEqual([]);
});
