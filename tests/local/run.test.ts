import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { echo, echoApp } from "./support/echo-app.ts";
import { temporaryFolder } from "./support/handlers.ts";
import { killGroup, type Repository, type Started } from "./support/repository.ts";

// Most tests share one home, because creating a database takes longest.
const app = echoApp(temporaryFolder(afterAll));

/** A process that has ended and is not reaped yet does not count. */
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

/** Every process whose command line contains the home. */
function processesOf({ home }: Repository): string[] {
  const all = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return all.filter((line) => line.includes(home) && !line.includes("<defunct>"));
}

it("serves its app without the shell's variables, and leaves no process behind", async () => {
  const started = await app.start();
  const { url, process: child, ended } = started;
  const headers = { "x-origin-secret": "forged" };
  const answer = await echo(await url, headers);
  expect(answer).toMatchObject({ secret: "right", url: await url });
  expect(answer.environment).not.toContain("AWS_PROFILE");
  expect(answer.environment).toContain("AWS_ENDPOINT_URL_SQS");
  expect(app.synths().join()).not.toContain("personal");

  const functions = await (await fetch(`${await url}/_local/functions`)).json();
  expect(functions).toEqual([expect.objectContaining({ label: "Echo", environments: 1 })]);
  const endpoints = path.join(app.home, "endpoints.json");
  expect(statSync(endpoints).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(endpoints, "utf8"))).toMatchObject({ api: await url });

  expect(processesOf(app).length).toBeGreaterThan(1);
  const slow = fetch(`${await url}/v1/slow`);
  await expect.poll(() => busy(started), { timeout: 25_000 }).toBe(1);
  child.kill("SIGTERM");
  expect((await slow).status).toBe(200); // a running request finishes
  expect(await ended).toBe(0);
  expect(processesOf(app)).toEqual([]);
});

it("starts after a kill of all its processes, and after a kill of the main process alone", async () => {
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
  // A function's process exits by itself.
  await expect.poll(() => isAlive(pid), { timeout: 25_000 }).toBe(false);

  const third = await app.start();
  const { pid: spinning } = await echo(await third.url);
  fetch(`${await third.url}/v1/spin`).catch(() => {});
  await expect.poll(() => busy(third), { timeout: 25_000 }).toBe(1);
  third.process.kill("SIGKILL");
  await third.ended;
  expect(isAlive(spinning)).toBe(true); // its event loop is blocked

  const fourth = await app.start();
  await fourth.url;
  expect(isAlive(spinning)).toBe(false);
  fourth.process.kill("SIGTERM");
  await fourth.ended;
  expect(processesOf(app)).toEqual([]);
});

it("refuses a home in use, and runs beside another cloud in its own home", async () => {
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
  ["an invalid PORT", { PORT: "http" }, 'PORT must be a number between 0 and 65535, not "http".'],
  [
    "a home inside a file",
    { BULKHEAD_HOME: "/dev/null/home" },
    "choose another with BULKHEAD_HOME",
  ],
])("exits with one sentence for %s", async (_, environment, sentence) => {
  const { ended, output } = await app.start(environment);
  expect(await ended).toBe(1);
  expect(output()).toContain(sentence);
  expect(output().trim().split("\n")).toHaveLength(1);
});

it("names the required version on an older Node.js", () => {
  const main = path.resolve(import.meta.dirname, "../../packages/local/src/main.mjs");
  const old = `Object.defineProperty(process, "versions", { value: { node: "20.19.2" } })`;
  const flags = ["--import", `data:text/javascript,${encodeURIComponent(old)}`];
  const { status, stderr } = spawnSync(process.execPath, [...flags, main], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^The local cloud needs Node.js 24 and this is 20\.19\.2\. .*\n$/);
});

it("exits with the CDK app's output when the synth fails, and leaves no process behind", async () => {
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

it("stops during a start on a signal", async () => {
  const app = echoApp();
  writeFileSync(path.join(app.root, "infra", "app.ts"), "setTimeout(() => {}, 60_000);");
  const { process: child, ended } = await app.start();
  await expect.poll(() => processesOf(app).length, { timeout: 25_000 }).toBeGreaterThan(0);
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(processesOf(app)).toEqual([]);
});
