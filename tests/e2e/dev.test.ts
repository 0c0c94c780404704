import { rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { Person } from "../demo/person.ts";
import { story } from "../demo/story.ts";
import { tenantCommand } from "../move/command.ts";
import { rowsOf, settleInAnnex } from "./annex.ts";
import { type Copy, startCopy } from "./copy.ts";
import { preparedHome } from "./prepared.ts";

// The tests of this file are one story, told in order: the same home is stopped, killed and started.
let home = "";
const ida = { person: undefined as Person | undefined, tenantId: "" };
const ada = { person: undefined as Person | undefined, projectId: "", jobId: "" };
let copy: Copy | undefined;

afterAll(async () => {
  await copy?.killGroup().catch(() => {});
  if (home) rmSync(home, { recursive: true, force: true });
});

const running = () => {
  if (!copy) throw new Error("The copy is not running.");
  return copy;
};

it("runs what it synthesized, from sign-up to a finished job, and shows a stranger nothing", async () => {
  home = await preparedHome("bulkhead-e2e-");
  copy = await startCopy(home);
  const steps: string[] = [];
  await story(copy.api, async (step, work) => {
    steps.push(`${step}: ${await work()}`);
  });
  expect(steps.length).toBeGreaterThan(12);
});

it("serves a tenant out of its dedicated database, its jobs too, and has nothing of them at home", async () => {
  const person = new Person(running().api, "Ida");
  await person.arrive();
  const tenantId = await settleInAnnex(home, person.email);

  const project = await person.expect<{ id: string }>(201, "POST", "/v1/projects", {
    name: "Quay",
  });
  const job = await person.expect<{ id: string }>(
    202,
    "POST",
    `/v1/projects/${project.id}/exports`,
  );
  await expect
    .poll(async () => (await person.ask("GET", `/v1/jobs/${job.id}`)).body)
    .toMatchObject({ state: "succeeded", download_url: expect.any(String) });
  expect(await rowsOf(home, tenantId)).toEqual([0, 2]);
  Object.assign(ida, { person, tenantId });
});

it("moves, exports and restores a tenant with nothing but its home, its stored objects included", async () => {
  const tenant = (...words: string[]) => tenantCommand({ BULKHEAD_HOME: home }, ...words).ended;
  const archive = path.join(home, "ida.tar");
  const { person, tenantId } = ida;
  if (!person) throw new Error("Ida has not arrived.");

  expect(await tenant("move", tenantId, "--to", "pooled")).toMatchObject({ code: 0 });
  expect(await rowsOf(home, tenantId)).toEqual([2, 2]);
  const exported = await tenant("export", tenantId, "--out", archive);
  expect(exported).toMatchObject({ code: 0, said: expect.stringContaining("objects=1") });

  const restored = await tenant("restore", archive, "--as", "second", "--owner", person.email);
  expect(restored).toMatchObject({ code: 0 });
  const second = await tenant("export", "second", "--out", `${archive}.2`);
  expect(second).toMatchObject({ code: 0, said: expect.stringContaining("objects=1") });
});

it("loses no committed project, job or mail to kill -9 of everything", async () => {
  const person = new Person(running().api, "Grace");
  await person.arrive();
  const project = await person.expect<{ id: string }>(201, "POST", "/v1/projects", { name: "Ark" });
  const job = await person.expect<{ id: string }>(
    202,
    "POST",
    `/v1/projects/${project.id}/exports`,
  );
  const port = Number(new URL(running().api).port);

  await running().killGroup();
  copy = await startCopy(home, port);

  const survivor = await person.expect<{ name: string }>(200, "GET", `/v1/projects/${project.id}`);
  expect(survivor.name).toBe("Ark");
  expect(await mailTo(person.email)).toHaveLength(1);
  await expect
    .poll(async () => (await person.ask("GET", `/v1/jobs/${job.id}`)).body)
    .toMatchObject({ state: "succeeded" });
  Object.assign(ada, { person, projectId: project.id, jobId: job.id });
});

it("leaves no process behind when it is told to stop, and has everything at the next start", async () => {
  const port = Number(new URL(running().api).port);
  const code = await running().stop("SIGTERM");
  expect(code).toBe(0);
  expect(await running().processes()).toEqual([]);

  copy = await startCopy(home, port);
  expect(copy.output()).not.toContain("synthesizing");
  const found = await ada.person?.ask("GET", `/v1/projects/${ada.projectId}`);
  expect(found?.status).toBe(200);
});

it("says so, and does not pretend, while PostgreSQL is killed under it, and has everything after", async () => {
  const ask = async () => (await ada.person?.ask("GET", `/v1/projects/${ada.projectId}`))?.status;
  process.kill(await postgresOf(home), "SIGKILL");

  const statuses = new Set<number | undefined>();
  await expect.poll(async () => statuses.add(await ask()) && (await ask())).toBe(200);
  // What is not an answer is a clear "not now", never a bug of ours.
  for (const status of statuses) expect([200, 503]).toContain(status);
});

async function mailTo(email: string): Promise<unknown[]> {
  const inbox = (await (await fetch(new URL("/_local/mail", running().api))).json()) as {
    to: string[];
  }[];
  return inbox.filter(({ to }) => to.includes(email));
}

async function postgresOf(folder: string): Promise<number> {
  const [pid] = (await readFile(path.join(folder, "postgres", "postmaster.pid"), "utf8")).split(
    "\n",
  );
  return Number(pid);
}
